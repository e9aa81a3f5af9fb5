"""Records about a confidential record are visible only to its readers."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record, visible
from crm.core.errors import Invalid
from crm.followups.services import add_follow_up, change_follow_up
from crm.interactions.services import (
    ClientMinutes,
    InteractionDetails,
    PartyValues,
    change_interaction,
    log_interaction,
)
from crm.opportunities.services import change_opportunity
from crm.people.services import change_affiliation
from crm.projects.services import add_project
from crm.records.services import (
    change_counselor,
)
from tests.factories import affiliation, client_of, organization, person
from tests.factories.opportunities import make_opportunity
from tests.records.lookups import WHEN, positions_of, users_of


def may_see(actor, record) -> bool:
    return db.session.scalar(sa.select(Record.id).where(Record.id == record.id, visible(actor))) is not None


def test_person_at_a_confidential_client_shares_its_readers(worker):
    assert users_of(worker) == {"Anna", "Shen"}


def test_person_with_another_position_stays_open(secret, actor):
    li = person("Li", "Wei", organization=secret)
    affiliation(li, client_of("Inland"))
    later = person("Lu", "Hua", organization=client_of("Inland"))
    affiliation(later, secret)
    assert not later.confidential
    assert may_see(actor("dora"), later)


def test_person_becomes_confidential_when_the_other_position_ends(secret, actor):
    lu = person("Lu", "Hua", organization=client_of("Inland"))
    second = affiliation(lu, client_of("Inland"))
    affiliation(lu, secret)
    [first_position] = [j for j in positions_of(lu) if j.organization_id not in (second.organization_id, secret.id)]
    for position in (first_position, second):
        change_affiliation(actor("clara"), lu, position, {"to_on": date(2026, 3, 1)})
    assert users_of(lu) == {"Anna", "Shen"}


@pytest.mark.parametrize("link", ["person", "organization", "client", "about"])
def test_new_interaction_has_access_of_its_client(link, secret, worker, actor):
    details = {
        "person": InteractionDetails(parties=[PartyValues(person_id=worker.id)]),
        "organization": InteractionDetails(
            parties=[PartyValues(organization_id=secret.id, label="2 engineers", count=2)]
        ),
        "client": InteractionDetails(clients=[ClientMinutes(secret.id, contact=20)]),
        "about": InteractionDetails(about=[worker.id]),
    }[link]
    row = log_interaction(actor("anna"), WHEN, details)
    assert users_of(row) == {"Anna", "Shen"}
    assert not may_see(actor("dora"), row)


def test_interaction_follows_organization_of_that_day(secret, actor):
    lu = person("Lu", "Hua", organization=organization("Huadong Water"))
    affiliation(lu, secret)
    assert not lu.confidential
    row = log_interaction(actor("anna"), WHEN, InteractionDetails(parties=[PartyValues(person_id=lu.id)]))
    assert users_of(row) == {"Anna", "Shen"}


def test_colleague_without_access_logs_open_interaction_with_shared_person(secret, actor):
    lu = person("Lu", "Hua", organization=organization("Huadong Water"))
    affiliation(lu, secret)
    row = log_interaction(actor("dora"), WHEN, InteractionDetails(parties=[PartyValues(person_id=lu.id)]))
    assert not row.confidential


def test_edited_interaction_becomes_confidential(secret, worker, actor):
    anna = actor("anna")
    for change in (
        InteractionDetails(parties=[PartyValues(person_id=worker.id)]),
        InteractionDetails(clients=[ClientMinutes(secret.id)]),
    ):
        row = log_interaction(anna, WHEN, InteractionDetails(parties=[PartyValues(label="An agent")]))
        assert may_see(actor("dora"), row)
        change_interaction(anna, row, {}, change)
        assert users_of(row) == {"Anna", "Shen"}


def test_interaction_without_the_link_stays_confidential(secret, worker, actor):
    anna = actor("anna")
    row = log_interaction(anna, WHEN, InteractionDetails(parties=[PartyValues(person_id=worker.id)]))
    change_interaction(anna, row, {}, InteractionDetails(parties=[PartyValues(label="An agent")]))
    assert users_of(row) == {"Anna", "Shen"}


@pytest.mark.parametrize("link", ["client", "person", "promised_to", "source"])
def test_new_follow_up_has_access_of_its_client(link, secret, worker, actor):
    anna = actor("anna")
    talk = log_interaction(anna, WHEN, InteractionDetails(parties=[PartyValues(person_id=worker.id)]))
    values = {"title": "Send the price", "due_on": date(2026, 3, 12)}
    row = {
        "client": lambda: add_follow_up(anna, values, about=[secret.id]),
        "person": lambda: add_follow_up(anna, values, about=[worker.id]),
        "promised_to": lambda: add_follow_up(anna, values | {"promised_to_id": worker.id}),
        "source": lambda: add_follow_up(anna, values, source_id=talk.id),
    }[link]()
    assert users_of(row) == {"Anna", "Shen"}


def test_edited_follow_up_becomes_confidential(secret, worker, actor):
    anna = actor("anna")
    for change in ({"about": [secret.id]}, {"about": [worker.id]}, {"promised_by_id": worker.id}):
        row = add_follow_up(anna, {"title": "Send it", "due_on": date(2026, 3, 12)})
        change_follow_up(anna, row, change)
        assert users_of(row) == {"Anna", "Shen"}


def test_follow_up_is_not_assigned_to_user_without_access(secret, actor, people):
    anna, values = actor("anna"), {"title": "Send it", "due_on": date(2026, 3, 12)}
    dora = people["dora"].id
    with pytest.raises(Invalid, match="Dora Lindqvist doesn't have access") as refused:
        add_follow_up(anna, values | {"counselor_id": dora}, about=[secret.id])
    assert refused.value.field == "counselor_id"
    row = add_follow_up(anna, values, about=[secret.id])
    with pytest.raises(Invalid, match="Dora Lindqvist doesn't have access"):
        change_follow_up(anna, row, {"counselor_id": dora})
    with pytest.raises(Invalid, match="Dora Lindqvist doesn't have access"):
        change_counselor(row, dora)


def test_edited_opportunity_becomes_confidential(session, people, actor):
    anna = actor("anna")
    buyer = client_of("Inland", "Quiet Buyer", counselor=people["anna"], confidential=True)
    project = add_project(anna, {"name": "Quiet Plant", "confidential": True})
    contact = person("Lu", "Hua", organization=buyer)
    for change in ({"buyer_id": buyer.id}, {"project_id": project.id}, {"buyer_contact_id": contact.id}):
        row = make_opportunity(client_of("Inland", counselor=people["anna"]), counselor=people["anna"])
        change_opportunity(anna, row, change)
        assert users_of(row) == {"Anna"}
