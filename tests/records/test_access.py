"""Records about a confidential record are visible only to its readers."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import sqlalchemy as sa

from crm.accounts.models import SecurityEvent
from crm.accounts.policy import EventKind
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.data.record import Record, RecordReader, visible
from crm.core.errors import Invalid
from crm.core.policy import SYSTEM
from crm.followups.services import add_follow_up, change_follow_up
from crm.interactions.services import ForClient, InteractionDetails, PartyValues, change_interaction, log_interaction
from crm.opportunities.services import change_opportunity
from crm.people.models import Affiliation
from crm.people.services import change_affiliation
from crm.projects.services import add_project
from crm.records.services import (
    change_confidentiality,
    change_counselor,
    rebuild_access,
    set_confidentiality,
    wrong_access,
)
from tests.factories import affiliation, client_of, make_confidential, organization, person
from tests.factories.opportunities import make_opportunity

WHEN = {"wall": datetime(2026, 3, 9, 10, 0), "notes": "They lost their largest customer."}


def users_of(record: Record) -> set[str]:
    """Return the first names of counselor and readers of a confidential record; fails if it isn't confidential."""
    assert record.confidential
    return {user.name.split()[0] for user in db.session.scalars(_users_with_access(record))}


def _users_with_access(record: Record) -> sa.Select[User]:
    readers = sa.select(RecordReader.user_id).where(RecordReader.record_id == record.id)
    return sa.select(User).where(sa.or_(User.id == record.counselor_id, User.id.in_(readers)))


def may_see(actor, record) -> bool:
    return db.session.scalar(sa.select(Record.id).where(Record.id == record.id, visible(actor))) is not None


@pytest.fixture
def secret(session, people):
    """Return a confidential client of anna with shen as reader; dora of the same team has no access."""
    return client_of("Inland", "Quiet Harbor", counselor=people["anna"], confidential=True, readers=[people["shen"]])


@pytest.fixture
def worker(secret):
    """Return a person who works only there."""
    return person("Zhou", "Limin", organization=secret)


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
    [first_position] = [j for j in _positions(lu) if j.organization_id not in (second.organization_id, secret.id)]
    for position in (first_position, second):
        change_affiliation(actor("clara"), lu, position, {"to_on": date(2026, 3, 1)})
    assert users_of(lu) == {"Anna", "Shen"}


def _positions(row):
    return list(db.session.scalars(sa.select(Affiliation).where(Affiliation.person_id == row.id)))


@pytest.mark.parametrize("link", ["person", "organization", "client", "about"])
def test_new_interaction_has_access_of_its_client(link, secret, worker, actor):
    details = {
        "person": InteractionDetails(parties=[PartyValues(person_id=worker.id)]),
        "organization": InteractionDetails(
            parties=[PartyValues(organization_id=secret.id, label="2 engineers", count=2)]
        ),
        "client": InteractionDetails(clients=[ForClient(secret.id, contact=20)]),
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
        InteractionDetails(clients=[ForClient(secret.id)]),
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


def test_confidential_records_of_two_teams_are_refused_together(secret, people, actor):
    other = client_of("Bay", counselor=people["boris"], confidential=True, readers=[people["anna"]])
    clients = [ForClient(secret.id), ForClient(other.id)]
    with pytest.raises(Invalid, match="confidential in different teams"):
        log_interaction(actor("anna"), WHEN, InteractionDetails(clients=clients))


def test_new_readers_see_older_records_and_former_readers_do_not(secret, worker, people, actor):
    row = log_interaction(actor("anna"), WHEN, InteractionDetails(parties=[PartyValues(person_id=worker.id)]))
    step = add_follow_up(actor("anna"), {"title": "Call", "due_on": date(2026, 3, 12)}, source_id=row.id)
    set_confidentiality(secret, confidential=True, readers=[people["dora"].id])
    assert [users_of(r) for r in (worker, row, step)] == [{"Anna", "Dora"}] * 3


def test_person_with_a_later_second_position_keeps_following_the_client(secret, worker, people, actor):
    step = add_follow_up(actor("anna"), {"title": "Call", "due_on": date(2026, 3, 12)}, about=[worker.id])
    affiliation(worker, client_of("Inland"))
    assert [users_of(r) for r in (worker, step)] == [{"Anna", "Shen"}] * 2
    set_confidentiality(secret, confidential=True, readers=[people["dora"].id])
    assert [users_of(r) for r in (worker, step)] == [{"Anna", "Dora"}] * 2
    set_confidentiality(secret, confidential=False, readers=[])
    assert not worker.confidential
    assert not step.confidential


def test_removed_link_gives_no_further_readers(secret, worker, people, actor):
    clara = actor("clara")
    other = client_of("Inland", counselor=people["dora"], confidential=True)
    affiliation(worker, other)
    links = InteractionDetails(parties=[PartyValues(person_id=worker.id)], clients=[ForClient(other.id)])
    row = log_interaction(clara, WHEN, links)
    step = add_follow_up(clara, {"title": "Call", "due_on": date(2026, 3, 12)}, about=[secret.id, other.id])
    assert [users_of(r) for r in (worker, row, step)] == [set(), {"Clara"}, {"Clara"}]
    [position] = [p for p in _positions(worker) if p.organization_id == secret.id]
    change_affiliation(clara, worker, position, {"to_on": date(2026, 3, 1)})
    change_interaction(clara, row, {}, InteractionDetails(parties=[]))
    change_follow_up(clara, step, {"about": [other.id]})
    assert [users_of(r) for r in (worker, row, step)] == [set(), {"Clara"}, {"Clara"}]
    set_confidentiality(other, confidential=True, readers=[people["shen"].id])
    assert [users_of(r) for r in (worker, row, step)] == [set(), {"Clara"}, {"Clara"}]


def test_added_link_lets_later_readers_in(secret, worker, people, actor):
    anna = actor("anna")
    row = log_interaction(anna, WHEN, InteractionDetails(parties=[PartyValues(person_id=worker.id)]))
    change_interaction(anna, row, {}, InteractionDetails(clients=[ForClient(secret.id)]))
    set_confidentiality(secret, confidential=True, readers=[people["dora"].id])
    assert users_of(row) == {"Anna", "Dora"}


def test_dependent_records_follow_new_counselor_of_client(secret, worker, people, actor):
    row = log_interaction(actor("anna"), WHEN, InteractionDetails(parties=[PartyValues(person_id=worker.id)]))
    change_counselor(secret, people["dora"].id)
    assert [users_of(r) for r in (worker, row)] == [{"Dora", "Shen"}] * 2


def test_opened_client_opens_dependent_records(secret, worker, people, actor):
    anna = actor("anna")
    row = log_interaction(anna, WHEN, InteractionDetails(parties=[PartyValues(person_id=worker.id)]))
    step = add_follow_up(anna, {"title": "Call", "due_on": date(2026, 3, 12)}, source_id=row.id)
    chosen = log_interaction(anna, WHEN, InteractionDetails(parties=[PartyValues(person_id=worker.id)]))
    make_confidential(chosen)
    set_confidentiality(secret, confidential=False, readers=[])
    assert not any(r.confidential for r in (worker, row, step))
    assert users_of(chosen) == {"Anna"}


def test_dependent_record_stays_confidential_and_refuses_readers_without_access(secret, worker, people, actor):
    row = log_interaction(actor("anna"), WHEN, InteractionDetails(parties=[PartyValues(person_id=worker.id)]))
    with pytest.raises(Invalid, match="linked to a confidential record"):
        set_confidentiality(row, confidential=False, readers=[])
    with pytest.raises(Invalid, match="Dora Lindqvist doesn't have access") as refused:
        set_confidentiality(row, confidential=True, readers=[people["dora"].id])
    assert refused.value.field == "readers"


def test_check_finds_and_repairs_older_records(secret, worker, people, actor):
    row = log_interaction(actor("anna"), WHEN, InteractionDetails(parties=[PartyValues(person_id=worker.id)]))
    step = add_follow_up(SYSTEM, {"title": "Call", "due_on": date(2026, 3, 12)}, source_id=row.id)
    assert wrong_access() == []
    for record in (worker, row, step):
        record.confidential = False
        for reader in db.session.scalars(sa.select(RecordReader).where(RecordReader.record_id == record.id)):
            db.session.delete(reader)
    db.session.flush()
    assert set(wrong_access()) == {worker.id, row.id}
    rebuild_access()
    assert wrong_access() == []
    assert [users_of(r) for r in (worker, row, step)] == [{"Anna", "Shen"}] * 3


def test_change_of_confidentiality_is_in_the_security_log(session, people):
    row = client_of("Inland", counselor=people["anna"])
    for confidential in (True, False):
        change_confidentiality(row, confidential=confidential, readers=())
    kinds = db.session.scalars(sa.select(SecurityEvent.what).where(SecurityEvent.record_id == row.id)).all()
    assert kinds == [EventKind.confidential_on, EventKind.confidential_off]
