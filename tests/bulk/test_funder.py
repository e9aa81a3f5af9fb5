"""The funder of many interactions: for each client, with the rules of one interaction."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import sqlalchemy as sa

from crm.bulk.queries import find_listing, list_editable_fields, list_fields
from crm.bulk.services import begin_undo, continue_run
from crm.core.data.base import db
from crm.core.data.history import Change
from crm.interactions.models import InteractionClient
from crm.interactions.services import ClientMinutes, InteractionDetails, log_interaction
from crm.reference.models import Funder
from tests.bulk.conftest import reasons
from tests.factories import archived, client_of, make_confidential


@pytest.fixture
def step(session):
    """Return a funder whose award began in October."""
    row = Funder(code="STEP-B", name="State Trade", from_on=date(2026, 10, 1), to_on=date(2027, 9, 30))
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def log(actor):
    """Return a function that logs a call for clients."""

    def add(*clients, wall=datetime(2026, 11, 5, 9), by="anna"):
        details = InteractionDetails(clients=[ClientMinutes(client.id, contact=30) for client in clients])
        return log_interaction(actor(by), {"wall": wall, "zone": "America/Los_Angeles", "subject": "Call"}, details)

    return add


def funders(row) -> list[int | None]:
    """Return the funders of the clients of an interaction, in the order of the clients."""
    stmt = sa.select(InteractionClient.funder_id).where(InteractionClient.interaction_id == row.id)
    return list(db.session.scalars(stmt.order_by(InteractionClient.client_id)))


def set_funder(change, rows, funder, name="anna"):
    value = funder.id if funder else None
    return change(name, "edit", rows, listing="interactions", field="funder_id", value=value)


def test_funder_is_set_for_each_client_and_cleared(change, log, step, session):
    a, b = client_of("Inland", "A"), client_of("Inland", "B")
    one, both = log(a), log(a, b)
    versions = one.version, both.version
    run = set_funder(change, [one, both], step)
    assert (run.changed, funders(one), funders(both)) == (2, [step.id], [step.id] * 2)
    assert (one.version > versions[0], both.version > versions[1]) == (True, True)
    lines = session.scalars(sa.select(Change).where(Change.table == "interaction_client", Change.action == "changed"))
    assert [x.diff for x in lines if "funder_id" in x.diff] == [{"funder_id": [None, step.id]}] * 3
    set_funder(change, [both], None)
    assert (funders(one), funders(both)) == ([step.id], [None, None])


def test_interaction_that_a_funder_cannot_pay_is_refused_with_the_reason(change, log, step):
    client = client_of("Inland", "A")
    early, without = log(client, wall=datetime(2026, 9, 30, 9)), log()
    of_bay, fine = log(client_of("Bay", "Bay firm"), by="boris"), log(client)
    run = set_funder(change, [early, without, of_bay, fine], step)
    assert (run.changed, funders(early), funders(of_bay), funders(fine)) == (1, [None], [None], [step.id])
    assert reasons(run)[early.id] == "Choose a funder whose award includes Sep 30, 2026."
    assert reasons(run)[without.id] == "Add a client first. Funders pay for time with a client."
    assert of_bay.id in reasons(run)


def test_client_that_is_hidden_from_the_user_keeps_its_funder(change, log, step):
    open_client, hidden = client_of("Inland", "A"), client_of("Inland", "B")
    row = log(open_client, hidden)
    make_confidential(hidden)
    row.confidential = False
    db.session.flush()
    set_funder(change, [row], step)
    assert funders(row) == [step.id, None]


def test_archived_and_confidential_interactions_are_changed_as_on_their_page(change, log, step, people):
    client = client_of("Inland", "A")
    old, secret = archived(log(client)), log(client)
    make_confidential(secret, people["anna"])
    run = set_funder(change, [old, secret], step)
    assert (run.changed, funders(old), funders(secret)) == (2, [step.id], [step.id])


def test_china_desk_is_not_offered_the_field(actor, change, log, step):
    listing = find_listing("interactions")
    assert [col.field for col in list_fields(listing, actor("anna"))] == ["funder_id"]
    assert list_fields(listing, actor("shen")) == []
    row = log(client_of("Inland", "A"))
    assert set_funder(change, [row], step, "shen").changed == 0
    assert funders(row) == [None]


def test_funder_is_not_edited_in_place(actor):
    """A cell has one funder, an interaction has one for each client."""
    assert list_editable_fields(find_listing("interactions"), actor("anna")) == set()


def test_job_sets_funders_and_undoes_them(change, log, step, in_slices, actor):
    client = client_of("Inland", "A")
    rows = [log(client) for _ in range(3)]
    run = set_funder(change, rows, step)
    db.session.commit()
    assert continue_run(run.id)
    db.session.expire_all()
    assert [funders(row) for row in rows] == [[step.id]] * 3
    begin_undo(actor("anna"), run)
    db.session.commit()
    assert continue_run(run.id)
    db.session.expire_all()
    assert [funders(row) for row in rows] == [[None]] * 3


def test_form_offers_the_funders_and_asks_before_clearing(client, log, step):
    row = log(client_of("Inland", "A"))
    db.session.commit()
    anna = client.login_as("anna")
    assert "funder_id" in anna.get(f"/bulk/interactions?do=edit&ids={row.id}").text
    url = f"/bulk/interactions?do=edit&field=funder_id&ids={row.id}"
    page = anna.get(url).text
    assert ("State Trade" in page, "Replaces the funder of each client" in page) == (True, True)
    assert anna.post(url, data={"funder_id": ""}).status_code == 422
    assert anna.post(url, data={"funder_id": step.id}).status_code == 303
    assert funders(row) == [step.id]
    assert anna.post(url, data={"funder_id": "", "clear": "y"}).status_code == 303
    assert funders(row) == [None]


def test_list_of_interactions_without_a_funder_sets_it(client, log, step):
    row = log(client_of("Inland", "A"))
    db.session.commit()
    anna = client.login_as("anna")
    assert "Call" in anna.get("/funding/interactions?gap=funder&columns=subject,funder").text
    url = f"/bulk/session_gaps?do=edit&field=funder_id&ids={row.id}"
    assert anna.post(url, data={"funder_id": step.id}).status_code == 303
    assert funders(row) == [step.id]
    assert "Call" not in anna.get("/funding/interactions?gap=funder").text
