"""Access of dependent records after a change of the confidential one."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.accounts.models import SecurityEvent
from crm.accounts.policy import EventKind
from crm.accounts.services.users import AccountValues, change_user
from crm.core.data.base import db
from crm.core.data.record import RecordReader
from crm.core.errors import Invalid
from crm.core.policy import SYSTEM, Role
from crm.followups.services import add_follow_up, change_follow_up
from crm.interactions.services import (
    ClientMinutes,
    InteractionDetails,
    PartyValues,
    change_interaction,
    log_interaction,
)
from crm.people.services import change_affiliation
from crm.records.services import (
    change_confidentiality,
    change_counselor,
    find_wrong_access,
    rebuild_access,
    set_confidentiality,
)
from tests.factories import affiliation, client_of, make_confidential, team_id_of
from tests.records.lookups import WHEN, positions_of, users_of


def test_confidential_records_of_two_teams_are_refused_together(secret, people, actor):
    other = client_of("Bay", counselor=people["boris"], confidential=True, readers=[people["anna"]])
    clients = [ClientMinutes(secret.id), ClientMinutes(other.id)]
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
    links = InteractionDetails(parties=[PartyValues(person_id=worker.id)], clients=[ClientMinutes(other.id)])
    row = log_interaction(clara, WHEN, links)
    step = add_follow_up(clara, {"title": "Call", "due_on": date(2026, 3, 12)}, about=[secret.id, other.id])
    assert [users_of(r) for r in (worker, row, step)] == [set(), {"Clara"}, {"Clara"}]
    [position] = [p for p in positions_of(worker) if p.organization_id == secret.id]
    change_affiliation(clara, worker, position, {"to_on": date(2026, 3, 1)})
    change_interaction(clara, row, {}, InteractionDetails(parties=[]))
    change_follow_up(clara, step, {"about": [other.id]})
    assert [users_of(r) for r in (worker, row, step)] == [set(), {"Clara"}, {"Clara"}]
    set_confidentiality(other, confidential=True, readers=[people["shen"].id])
    assert [users_of(r) for r in (worker, row, step)] == [set(), {"Clara"}, {"Clara"}]


def test_added_link_lets_later_readers_in(secret, worker, people, actor):
    anna = actor("anna")
    row = log_interaction(anna, WHEN, InteractionDetails(parties=[PartyValues(person_id=worker.id)]))
    change_interaction(anna, row, {}, InteractionDetails(clients=[ClientMinutes(secret.id)]))
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
    assert find_wrong_access() == []
    for record in (worker, row, step):
        record.confidential = False
        for reader in db.session.scalars(sa.select(RecordReader).where(RecordReader.record_id == record.id)):
            db.session.delete(reader)
    db.session.flush()
    assert set(find_wrong_access()) == {worker.id, row.id}
    rebuild_access()
    assert find_wrong_access() == []
    assert [users_of(r) for r in (worker, row, step)] == [{"Anna", "Shen"}] * 3


def test_change_of_confidentiality_is_in_the_security_log(session, people):
    row = client_of("Inland", counselor=people["anna"])
    for confidential in (True, False):
        change_confidentiality(row, confidential=confidential, readers=())
    kinds = sa.select(SecurityEvent.kind).where(SecurityEvent.record_id == row.id).order_by(SecurityEvent.id)
    assert db.session.scalars(kinds).all() == [EventKind.confidential_on, EventKind.confidential_off]


def test_former_counselor_of_a_record_about_a_confidential_client_keeps_access(secret, people, actor):
    row = add_follow_up(actor("anna"), {"title": "Call", "due_on": date(2026, 3, 12)}, about=[secret.id])
    assert (row.counselor_id, users_of(row)) == (people["anna"].id, {"Anna", "Shen"})
    change_counselor(row, people["shen"].id)
    assert (row.counselor_id, users_of(row)) == (people["shen"].id, {"Anna", "Shen"})


@pytest.mark.parametrize("changed", [{"team_ids": ("Bay",)}, {"role": Role.staff}], ids=str)
def test_manager_who_becomes_something_else_loses_what_is_about_confidential_records(secret, people, actor, changed):
    clara = people["clara"]
    row = log_interaction(actor("clara"), WHEN, InteractionDetails(clients=[ClientMinutes(secret.id)]))
    assert users_of(row) == {"Anna", "Clara", "Shen"}
    team_ids = tuple(team_id_of(name) for name in changed.get("team_ids", ("Inland",)))
    account = AccountValues(clara.email, clara.name, changed.get("role", clara.role), team_ids)
    change_user(SYSTEM, clara, account)
    assert users_of(row) == {"Anna", "Shen"}
    assert find_wrong_access() == []
