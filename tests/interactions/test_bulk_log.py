"""Bulk logging gives the same result as logging one by one."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from crm.core.data.base import db, new_uid
from crm.core.data.history import Change
from crm.core.data.record import Record
from crm.core.data.record_dates import RecordDates
from crm.interactions import models as m
from crm.interactions.dates import find_wrong_last_dates
from crm.interactions.policy import InteractionOutcome, InteractionState, InteractionType
from crm.interactions.services import (
    ClientMinutes,
    InteractionDetails,
    InteractionToLog,
    PartyValues,
    log_interaction,
    log_interactions,
)
from tests.factories import affiliation, client_of, organization, person

CHILDREN = (m.InteractionParty, m.InteractionStaff, m.InteractionClient, m.InteractionTime, m.InteractionLink)


@pytest.fixture
def items(clock, people, actor) -> list[InteractionToLog]:
    """Return interactions with all details: a person twice, a hidden person, and one who changed organizations."""
    anna = people["anna"]
    orchards, foods = client_of("Inland", "Delta Orchards"), client_of("Inland", "Diaz Foods")
    hall, old = organization("Huadong Water"), organization("Old Water")
    zhou = person("Zhou", "Limin", family_native="周", given_native="立民", organization=hall)
    affiliation(zhou, old, from_on=date(2020, 1, 1), to_on=date(2024, 12, 31))
    maria = person("Diaz", "Maria", organization=foods)
    secret = client_of("Inland", "Secret pumps", counselor=anna, confidential=True)
    hidden = person("Lu", "Hua", counselor=anna, team="Inland", confidential=True)
    db.session.flush()
    values = {
        "state": InteractionState.held,
        "type": InteractionType.meeting,
        "reached": InteractionOutcome.talked,
        "zone": "Asia/Shanghai",
    }
    engineers = PartyValues(organization_id=hall.id, label="2 engineers", count=2)
    pairs = [
        (
            values | {"wall": datetime(2026, 3, 4, 9, 30), "subject": "", "place": "宁波 Hall 4"},
            InteractionDetails(
                [PartyValues(zhou.id), PartyValues(maria.id), PartyValues(zhou.id), engineers],
                [anna.id, people["clara"].id],
                [ClientMinutes(orchards.id, 20, 10, 0), ClientMinutes(foods.id, 20)],
                [],
            ),
        ),
        (
            values | {"wall": datetime(2023, 5, 1, 12), "subject": "An old one", "type": InteractionType.call},
            InteractionDetails([PartyValues(zhou.id), PartyValues(organization_id=foods.id)], [anna.id], [], []),
        ),
        (
            values | {"wall": datetime(2026, 9, 1, 9), "state": InteractionState.planned, "subject": "", "minutes": 45},
            InteractionDetails([], [anna.id], [ClientMinutes(orchards.id)], []),
        ),
        (
            values
            | {"wall": datetime(2026, 3, 5, 9), "type": InteractionType.wechat, "reached": InteractionOutcome.no_answer}
            | {"subject": ""},
            InteractionDetails([PartyValues(hidden.id)], [anna.id], [ClientMinutes(secret.id, 5)], []),
        ),
        (
            values | {"wall": datetime(2026, 3, 6, 9), "subject": ""},
            InteractionDetails([PartyValues(person(family_native="吴", given_native="敏").id)], [anna.id], [], []),
        ),
    ]
    return [InteractionToLog(new_uid(), columns, details) for columns, details in pairs]


def load_all_rows(before: int) -> dict[str, Any]:
    """Return all rows written for interactions, without row ids, which differ each time."""
    db.session.flush()
    db.session.expire_all()
    r, uid = Record, dict(db.session.execute(sa.select(Record.id, Record.uid)).all())
    names = {c.key for t in (Record.__table__, m.Interaction.__table__) for c in t.c} - {"id", "version"}
    rows = db.session.scalars(sa.select(m.Interaction).order_by(r.uid))
    tables: dict[str, Any] = {"contacts": [{n: getattr(x, n) for n in names} for x in rows]}
    for cls in CHILDREN:
        children = [
            {c.key: getattr(x, c.key) for c in cls.__table__.c if c.key != "id"}
            for x in db.session.scalars(sa.select(cls))
        ]
        tables[cls.__tablename__] = sorted(repr(x | {"interaction_id": uid[x["interaction_id"]]}) for x in children)
    d = RecordDates
    dates = sa.select(d.record_id, d.team_key, d.last_interaction_at, d.last_reached_at)
    tables["dates"] = sorted(map(repr, db.session.execute(dates)))
    history = db.session.scalars(sa.select(Change).where(Change.id > before, Change.action == "created"))
    tables["made"] = sorted((c.table, uid[c.root_id], c.via.value, c.actor_id) for c in history)
    return tables


def test_bulk_log_equals_logging_one_by_one(items, actor):
    anna = actor("anna")
    before = db.session.scalar(sa.select(sa.func.max(Change.id))) or 0
    with db.session.begin_nested() as undo:
        for one in items:
            log_interaction(anna, one.values, one.details, uid=one.uid)
        one_by_one = load_all_rows(before)
        undo.rollback()
    ids = log_interactions(anna, items)
    assert load_all_rows(before) == one_by_one
    assert [db.session.get_one(Record, i).uid for i in ids] == [one.uid for one in items]
    assert find_wrong_last_dates() == []


def test_bulk_log_sends_a_fixed_number_of_statements(people, actor, sql):
    anna, organization = actor("anna"), client_of("Inland")
    values = {
        "state": InteractionState.held,
        "type": InteractionType.call,
        "wall": datetime(2026, 3, 4, 9),
        "zone": "Asia/Shanghai",
    }

    def sent(many: int) -> list[str]:
        one = [
            InteractionToLog(
                new_uid(),
                values,
                InteractionDetails(
                    [PartyValues(person(organization=organization).id)],
                    [anna.id],
                    [ClientMinutes(organization.id, 5)],
                    [],
                ),
            )
            for _ in range(many)
        ]
        sql.clear()
        log_interactions(anna, one)
        return [re.sub(r"[\d(),?%s\s]+", " ", text) for text in map(str, sql)]

    sent(1)
    assert len(sent(30)) == len(sent(2))


@pytest.mark.parametrize(
    ("name", "teams", "expected"),
    [
        ("shen", ("Bay", "Inland"), "Bay"),
        ("shen", ("Inland", "Bay"), "Inland"),
        ("nora", ("Bay", "Inland"), "Bay"),
        ("boris", ("Bay",), "Bay"),
    ],
)
def test_interaction_for_several_clients_belongs_to_the_team_of_the_first(clock, people, actor, name, teams, expected):
    clients = [client_of(team) for team in teams]
    values = {
        "state": InteractionState.held,
        "type": InteractionType.call,
        "wall": datetime(2026, 3, 4, 9),
        "subject": "",
        "reached": InteractionOutcome.talked,
        "zone": "Asia/Shanghai",
    }
    details = InteractionDetails([], [actor(name).id], [ClientMinutes(client.id) for client in clients], [])
    (interaction_id,) = log_interactions(actor(name), [InteractionToLog(new_uid(), values, details)])
    alone = log_interaction(actor(name), values, details)
    assert {db.session.get_one(Record, i).team_id for i in (interaction_id, alone.id)} == {client_of(expected).team_id}


def test_unnamed_people_of_two_organizations_are_two_parties(clock, people, actor):
    anna, one, two = actor("anna"), organization("Huadong Water"), organization("Old Water")
    values = {"state": InteractionState.held, "type": InteractionType.meeting, "wall": datetime(2026, 3, 4, 9)}
    engineers = [PartyValues(organization_id=row.id, label="2 engineers", count=2) for row in (one, two)]
    item = InteractionToLog(new_uid(), values | {"zone": "Asia/Shanghai"}, InteractionDetails(engineers, [], [], []))
    (interaction_id,) = log_interactions(anna, [item])
    party = m.InteractionParty
    parties = sa.select(party).where(party.interaction_id == interaction_id).order_by(party.id)
    assert [(p.organization_id, p.label, p.count) for p in db.session.scalars(parties)] == [
        (one.id, "2 engineers", 2),
        (two.id, "2 engineers", 2),
    ]


def test_employer_is_the_visible_main_one_of_the_day_as_for_one_interaction(clock, people, actor):
    anna, main, other = actor("anna"), organization("Harbor"), organization("Works")
    rows = {name: person(name) for name in ("Hidden", "Two", "First day", "Last day", "Day after")}
    affiliation(rows["Hidden"], client_of("Bay", "Bay pumps"))
    rows["Hidden"].team_id = None
    affiliation(rows["Two"], main)
    affiliation(rows["Two"], other, main=False)
    affiliation(rows["First day"], main, from_on=date(2026, 3, 4))
    affiliation(rows["Last day"], main, to_on=date(2026, 3, 4))
    affiliation(rows["Day after"], main, from_on=date(2026, 3, 5))
    db.session.flush()
    values = {"state": InteractionState.held, "type": InteractionType.meeting, "wall": datetime(2026, 3, 4, 9)}
    values |= {"zone": "Asia/Shanghai", "subject": "Talk", "reached": InteractionOutcome.talked}
    details = InteractionDetails([PartyValues(row.id) for row in rows.values()], [anna.id], [], [])
    (interaction_id,) = log_interactions(anna, [InteractionToLog(new_uid(), values, details)])
    party = m.InteractionParty
    for i in (interaction_id, log_interaction(anna, values, details).id):
        stored = sa.select(party.person_id, party.organization_id).where(party.interaction_id == i)
        assert dict(db.session.execute(stored).all()) == {
            rows["Hidden"].id: None,
            rows["Two"].id: main.id,
            rows["First day"].id: main.id,
            rows["Last day"].id: main.id,
            rows["Day after"].id: None,
        }
