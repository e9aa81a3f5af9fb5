"""Logging interactions: stored values, parties, team, and refused values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.errors import Invalid, NotFound
from crm.interactions.models import Interaction, InteractionClient, InteractionTime
from crm.interactions.policy import InteractionState, InteractionType, PartySide, SentKind
from crm.interactions.services import (
    ClientMinutes,
    InteractionDetails,
    PartyValues,
    change_interaction,
    log_interaction,
    resolve_planned,
)
from crm.people.services import add_affiliation, change_affiliation
from crm.records.services import set_confidentiality
from tests.factories import affiliation, person
from tests.interactions.lookups import last_dates, parties, times

pytestmark = pytest.mark.usefixtures("check_dates")


def test_interaction_stores_local_time_and_moment(log, wang):
    row = log(datetime(2026, 12, 8, 9, 0), zone="Asia/Shanghai", parties=[PartyValues(wang.id)])
    assert (row.wall, row.zone, row.at) == (
        datetime(2026, 12, 8, 9),
        "Asia/Shanghai",
        datetime(2026, 12, 8, 1, tzinfo=UTC),
    )
    assert (row.subject, row.label) == ("Meeting with Wang Xiaoming", "Meeting with Wang Xiaoming")


def test_party_gets_the_organization_of_that_day(log, anna, wang, prime, client_firm):
    old = add_affiliation(anna, wang, {"organization_id": client_firm.id, "main": False})
    change_affiliation(anna, wang, old, {"from_on": date(2020, 1, 1), "to_on": date(2022, 1, 1)})
    now, engineers = PartyValues(wang.id), PartyValues(label="engineers", count=2, organization_id=prime.id)
    row = log(parties=[now, engineers])
    assert parties(row) == [
        (wang.id, prime.id, None, 1, PartySide.host),
        (None, prime.id, "engineers", 2, PartySide.host),
    ]


@pytest.mark.parametrize(("day", "is_there"), [(1, False), (2, True), (4, True), (5, False)])
def test_first_and_last_day_of_a_position_count(log, prime, day, is_there):
    zhou = person("Zhou", "Limin")
    affiliation(zhou, prime, from_on=date(2026, 12, 2), to_on=date(2026, 12, 4))
    row = log(datetime(2026, 12, day, 9, 0), zone="Asia/Shanghai", parties=[PartyValues(zhou.id)])
    assert [organization_id for _person, organization_id, *_more in parties(row)] == [prime.id if is_there else None]


def test_existing_party_keeps_its_organization(log, anna, wang, prime, client_firm):
    row = log(parties=[PartyValues(wang.id)])
    add_affiliation(anna, wang, {"organization_id": client_firm.id})
    change_interaction(anna, row, {"notes": "more"}, InteractionDetails(parties=[PartyValues(wang.id)]))
    assert parties(row) == [(wang.id, prime.id, None, 1, PartySide.host)]


def test_future_interaction_cannot_be_held(log, anna):
    with pytest.raises(Invalid, match="Choose a time in the past"):
        log(datetime(2026, 12, 9, 9, 0))
    plan = log(datetime(2026, 12, 9, 9, 0), state=InteractionState.planned)
    with pytest.raises(Invalid, match="still in the future"):
        resolve_planned(plan, InteractionState.held)


def test_deactivated_user_can_not_be_planned_for_but_took_part(log, people):
    people["dora"].active = False
    with pytest.raises(Invalid) as refused:
        log(datetime(2026, 12, 9, 9, 0), state=InteractionState.planned, staff_ids=[people["dora"].id])
    assert refused.value.field == "staff"
    assert log(staff_ids=[people["dora"].id]).state is InteractionState.held


def test_minutes_are_stored_per_user_and_client(log, anna, people, client_firm, step):
    client = ClientMinutes(client_firm.id, 40, 15, 5, funder_id=step.id)
    row = log(clients=[client], staff_ids=[anna.id, people["clara"].id])
    stmt = sa.select(InteractionTime.user_id, InteractionTime.contact, InteractionTime.prep, InteractionTime.travel)
    assert sorted(db.session.execute(stmt.where(InteractionTime.interaction_id == row.id))) == sorted(
        [(anna.id, 40, 15, 5), (people["clara"].id, 40, 15, 5)]
    )


def test_different_minutes_per_user_survive_an_edit_of_the_notes(log, anna, people, client_firm):
    row = log(clients=[ClientMinutes(client_firm.id, 40)], staff_ids=[anna.id, people["clara"].id])
    db.session.get(InteractionTime, (row.id, client_firm.id, people["clara"].id)).contact = 10
    change_interaction(anna, row, {"notes": "x"}, InteractionDetails(clients=[ClientMinutes(client_firm.id, 40)]))
    assert db.session.get(InteractionTime, (row.id, client_firm.id, people["clara"].id)).contact == 10
    change_interaction(anna, row, {}, InteractionDetails(clients=[ClientMinutes(client_firm.id, 30)]))
    assert {t.contact for t in db.session.scalars(sa.select(InteractionTime))} == {30}


@pytest.mark.parametrize("minutes", [-1, 1441])
def test_impossible_minutes_are_refused(log, client_firm, minutes):
    with pytest.raises(Invalid):
        log(clients=[ClientMinutes(client_firm.id, minutes)])
    with pytest.raises(Invalid):
        log(minutes=minutes)


def test_removing_a_client_removes_its_minutes(log, anna, client_firm):
    row = log(clients=[ClientMinutes(client_firm.id, 40)])
    change_interaction(anna, row, {}, InteractionDetails(clients=[]))
    assert (times(row), db.session.scalars(sa.select(InteractionClient)).all()) == ({}, [])
    assert last_dates(client_firm) == (None, None)


def test_edit_by_the_china_desk_keeps_the_hidden_funder(log, actor, anna, client_firm, step):
    row = log(clients=[ClientMinutes(client_firm.id, 40, funder_id=step.id)])
    change_interaction(actor("shen"), row, {}, InteractionDetails(clients=[ClientMinutes(client_firm.id, 20)]))
    assert db.session.get(InteractionClient, (row.id, client_firm.id)).funder_id == step.id


def test_edit_by_others_changes_the_funder(log, anna, client_firm, step):
    row = log(clients=[ClientMinutes(client_firm.id, 40)])
    for funder_id in (step.id, None):
        change_interaction(
            anna, row, {}, InteractionDetails(clients=[ClientMinutes(client_firm.id, 40, funder_id=funder_id)])
        )
        assert db.session.get(InteractionClient, (row.id, client_firm.id)).funder_id == funder_id


def test_user_of_several_teams_logs_into_the_team_of_the_client(log, actor, people, client_firm):
    from crm.organizations.policy import OrganizationRole
    from crm.organizations.services import add_organization

    bay = add_organization(actor("boris"), {"name": "Bay Cold Chain"}, roles=[OrganizationRole.client])
    assert log(by=actor("shen"), clients=[ClientMinutes(bay.id, 10)]).team_id == bay.team_id
    assert log(by=actor("shen")).team_id == actor("shen").first_team_id


def test_user_above_teams_logs_into_the_team_of_the_client_or_must_choose(log, actor, client_firm):
    assert log(by=actor("nora"), clients=[ClientMinutes(client_firm.id, 10)]).team_id == client_firm.team_id
    with pytest.raises(Invalid, match="Choose a team"):
        log(by=actor("nora"))


def test_user_without_a_team_cannot_log(log, actor):
    with pytest.raises(Invalid, match="Ask an administrator to add you to a team"):
        log(by=replace(actor("anna"), team_ids=frozenset(), first_team_id=None))


def test_interaction_with_a_confidential_record_is_confidential(log, anna, client_firm, rosa):
    set_confidentiality(client_firm, confidential=True, readers=[])
    row = log(clients=[ClientMinutes(client_firm.id, 10)], parties=[PartyValues(rosa.id)])
    assert (row.confidential, last_dates(rosa)) == (True, (None, None))


def test_invisible_record_is_not_found(log, actor, rosa, client_firm):
    for values in (
        {"parties": [PartyValues(rosa.id)]},
        {"clients": [ClientMinutes(client_firm.id)]},
        {"about": [client_firm.id]},
    ):
        with pytest.raises(NotFound):
            log(by=actor("boris"), **values)


def test_unchanged_values_write_no_history(log, anna, wang, client_firm):
    from crm.core.data.history import Change

    details = InteractionDetails(
        parties=[PartyValues(wang.id)],
        clients=[ClientMinutes(client_firm.id, 10)],
        sent=[(SentKind.file, "price list")],
    )
    row = log_interaction(anna, {"wall": datetime(2026, 12, 7, 14), "zone": "UTC"}, details)
    db.session.flush()
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Change))
    change_interaction(anna, row, {}, details)
    db.session.flush()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Change)) == before


def test_interaction_is_found_by_its_people(log, anna, wang):
    from crm.core.search.search import search

    row = log(parties=[PartyValues(wang.id)], subject="Needs for the air network")
    assert [f.id for f in search(anna, "xiaoming air", ("interaction",))] == [row.id]
    assert db.session.get(Interaction, row.id).type is InteractionType.meeting
