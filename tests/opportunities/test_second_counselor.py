"""The second counselor: who may be one, who sees a confidential opportunity, and what happens when users change."""

from __future__ import annotations

import pytest

from crm.accounts.services.reassignment import reassign_user_records
from crm.core.data.record import get_visible
from crm.core.errors import Invalid, NotFound
from crm.opportunities.models import Opportunity
from crm.opportunities.services import add_opportunity, change_opportunity
from crm.records.services import set_confidentiality
from tests.factories import client_of, make_confidential
from tests.factories.opportunities import make_opportunity

pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def client_row(people):
    return client_of("Inland", "Sensors", counselor=people["anna"])


@pytest.fixture
def row(client_row, people):
    return make_opportunity(client_row, "Gauges", counselor=people["anna"])


def choose(actor, name, row, user):
    return change_opportunity(actor(name), row, {"second_counselor_id": user.id if user else None})


def may_open(actor, name, row):
    try:
        get_visible(Opportunity, actor(name), row.id)
    except NotFound:
        return False
    return True


def test_second_counselor_is_a_member_of_the_team(actor, row, people):
    choose(actor, "anna", row, people["dora"])
    assert row.second_counselor_id == people["dora"].id
    for name in ("boris", "anna"):
        with pytest.raises(Invalid) as problem:
            choose(actor, "anna", row, people[name])
        assert problem.value.field == "second_counselor_id"
    assert row.second_counselor_id == people["dora"].id


def test_new_opportunity_has_a_second_counselor(actor, client_row, people):
    values = {"client_id": client_row.id, "title": "Gauges", "second_counselor_id": people["shen"].id}
    assert add_opportunity(actor("anna"), values).second_counselor_id == people["shen"].id


def test_second_counselor_reads_a_confidential_opportunity_until_replaced(actor, row, people):
    set_confidentiality(row, confidential=True, readers=())
    assert not may_open(actor, "dora", row)
    choose(actor, "anna", row, people["dora"])
    assert may_open(actor, "dora", row)
    choose(actor, "anna", row, people["shen"])
    assert (may_open(actor, "dora", row), may_open(actor, "shen", row)) == (False, True)
    choose(actor, "anna", row, None)
    assert not may_open(actor, "shen", row)


def test_second_counselor_stays_a_reader_when_it_becomes_confidential(actor, row, people):
    choose(actor, "anna", row, people["dora"])
    set_confidentiality(row, confidential=True, readers=())
    assert may_open(actor, "dora", row)
    assert not may_open(actor, "shen", row)


def test_reader_cannot_name_a_second_counselor(actor, row, people):
    set_confidentiality(row, confidential=True, readers=[people["dora"].id])
    with pytest.raises(Invalid):
        choose(actor, "dora", row, people["shen"])
    assert not may_open(actor, "shen", row)


def test_second_counselor_needs_access_to_a_confidential_client(actor, row, client_row, people):
    make_confidential(client_row)
    with pytest.raises(Invalid):
        choose(actor, "anna", row, people["dora"])
    assert not may_open(actor, "dora", row)


def test_second_counselor_has_no_access_once_the_client_is_confidential(actor, row, client_row, people):
    choose(actor, "anna", row, people["dora"])
    set_confidentiality(client_row, confidential=True, readers=())
    assert (row.confidential, may_open(actor, "dora", row)) == (True, False)


def test_counselor_is_not_the_second_one_as_well(actor, row, people):
    choose(actor, "anna", row, people["dora"])
    change_opportunity(actor("anna"), row, {"counselor_id": people["dora"].id})
    assert (row.counselor_id, row.second_counselor_id) == (people["dora"].id, None)


def test_new_owner_takes_the_second_place_of_a_user_who_leaves(row, client_row, actor, people, session):
    secret = make_opportunity(client_row, "Secret", counselor=people["anna"])
    for opportunity in (row, secret):
        choose(actor, "anna", opportunity, people["dora"])
    set_confidentiality(secret, confidential=True, readers=())
    assert reassign_user_records(people["dora"], people["shen"]) == 1
    assert (row.second_counselor_id, secret.second_counselor_id) == (people["shen"].id, None)
    assert not may_open(actor, "shen", secret)


def test_second_place_is_cleared_when_all_goes_to_the_second_counselor(row, actor, people, session):
    choose(actor, "anna", row, people["dora"])
    reassign_user_records(people["anna"], people["dora"])
    session.expire_all()
    assert (row.counselor_id, row.second_counselor_id) == (people["dora"].id, None)


def test_second_counselor_is_on_the_page_the_form_and_the_list(client, row, client_row, people):
    make_opportunity(client_row, "Valves", counselor=people["anna"])
    anna = client.login_as("anna")
    form = {"path": "project", "currency": "USD", "waiting_for": "us", "license_gate": "to_determine"}
    form |= {"title": "Gauges", "version": row.version, "second_counselor_id": people["dora"].id}
    form |= {"counselor_id": people["anna"].id}
    assert anna.post(f"/opportunities/{row.id}/edit", data=form).status_code == 303
    assert "Dora Lindqvist" in anna.get(f"/opportunities/{row.id}").text
    page = anna.get(f"/opportunities/?second={people['dora'].id}").text
    assert ("Gauges" in page, "Valves" in page) == (True, False)
    assert "Dora Lindqvist" in anna.get("/opportunities/?as=csv").text
