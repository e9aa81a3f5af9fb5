"""Past periods, the period before, closing and changes equal an independent computation in plain Python."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.impact.models import Milestone
from crm.impact.policy import MilestoneStatus
from crm.interactions.models import Interaction, InteractionClient, InteractionTime
from crm.opportunities.models import Opportunity, OpportunityChange
from crm.opportunities.policy import ChangedField, OpportunityStage, is_open
from crm.organizations.models import Organization
from tests.reports.lookups import hours, table
from tests.reports.random_records import (
    Row,
    counted,
    export_changes,
    export_rows,
    in_usd,
    interactions,
    local_day,
    opportunities,
    plain_rows,
)
from tests.reports.random_results import add_milestones
from tests.reports.recomputed.test_pipeline import LOST, SIGNED

pytestmark = pytest.mark.engine_in_turn


@pytest.fixture
def changed(report, people):
    """Add changes of amounts and counselors to the random opportunities, and results."""
    random = Random(6)
    users = ["", *(str(people[name].id) for name in ("anna", "clara", "dora"))]
    values = {ChangedField.amount: ["", "CNY 1200.00", "USD 88000.50"], ChangedField.counselor: users}
    for row in db.session.query(Opportunity).order_by(Opportunity.id).all():
        for field, texts in values.items():
            for _n in range(random.choice([0, 1, 2])):
                old, new = random.sample(texts, 2)
                moment = business_clock.now() - timedelta(days=random.randint(0, 120), hours=random.randint(0, 23))
                change = OpportunityChange(opportunity_id=row.id, at=moment, field=field.value, old=old, new=new)
                db.session.add(change)
    add_milestones(people, 6)
    db.session.flush()
    db.session.expire_all()
    return report


def _as_of(row: Row, day, changes: list[Row]) -> Row:
    """Return an opportunity as it was at the end of a day: the first later change of a field has its value."""
    past = dict(row)
    for field in ChangedField:
        later = [
            x
            for x in changes
            if (x["opportunity_id"], x["field"]) == (row["id"], field.value)
            if local_day(x["at"]) > day and x["old"] is not None
        ]
        if not later:
            continue
        old = min(later, key=lambda x: (x["at"], x["id"]))["old"]
        if field is ChangedField.stage:
            past["stage"] = OpportunityStage(old)
        elif field is ChangedField.counselor:
            past["counselor_id"] = int(old) if old else None
        elif field is ChangedField.amount:
            currency, _space, amount = old.partition(" ")
            past |= {"amount": Decimal(amount), "currency": currency} if old else {"amount": None}
    return past


@pytest.mark.parametrize("by", [None, "anna"])
def test_pipeline_of_a_past_day_equals_recomputation(changed, people, by):
    built, context = changed("pipeline", by=by, is_past=True)
    day, changes = context.period.last, export_changes()
    rows = [_as_of(x, day, changes) for x in opportunities(changed.teams) if local_day(x["created_at"]) <= day]
    rows = [x for x in rows if by is None or x["counselor_id"] == people[by].id]
    live = [x for x in rows if is_open(x["stage"])]
    users = {x["id"]: x["name"] for x in plain_rows(User)} | {None: "No counselor"}
    assert len(live) > 1
    for section, key_of in (("where", lambda x: str(x["stage"])), ("counselors", lambda x: users[x["counselor_id"]])):
        expected = {key: _line([x for x in live if key_of(x) == key]) for key in map(key_of, live)}
        lines = {name: [line[0], line[2], line[3]] for name, line in table(built, section).items() if line[0]}
        resting = {name: line[0] for name, line in lines.items() if "not in the total" in name}
        lines = {name: line for name, line in lines.items() if name not in resting}
        assert lines == expected | {"Total": _line(live)}, section
        if section == "where":
            dormant = [x for x in rows if x["stage"] is OpportunityStage.dormant]
            assert sum(resting.values()) == len(dormant)
    assert [tile.value for tile in built.tiles[:1]] == [str(len(live))]


def _line(rows: list[Row]) -> list:
    """Return count, dollars and how many have no amount."""
    return [len(rows), in_usd(rows), sum(x["amount"] is None for x in rows)]


def _changes_in(rows: dict[int, Row], first, last) -> list[Row]:
    return [x for x in export_changes() if x["opportunity_id"] in rows and first <= local_day(x["at"]) <= last]


def _is_later(change: Row) -> bool:
    return bool(change["old"]) and (not change["new"] or change["new"] > change["old"])


@pytest.mark.parametrize("is_past", [False, True])
def test_changes_equal_recomputation(changed, is_past):
    built, context = changed("pipeline", is_past=is_past)
    day, rows = context.scope.day, {x["id"]: x for x in opportunities(changed.teams)}
    first, last = (context.period.first, context.period.last) if is_past else (day - timedelta(days=7), day)
    changes = _changes_in(rows, first, last)
    moves = [x for x in changes if x["field"] == "stage"]
    dates = [x for x in changes if x["field"] == "close" and x["old"] is not None]

    def ids(selected) -> set[int]:
        return {x["opportunity_id"] for x in selected}

    def entered(stages) -> set[int]:
        return ids(
            x
            for x in moves
            if x["new"] in stages and x["old"] not in stages and rows[x["opportunity_id"]]["stage"].value in stages
        )

    expected = {
        "signed": entered(SIGNED),
        "lost": entered(LOST),
        "new": {i for i, x in rows.items() if first <= local_day(x["created_at"]) <= last},
        "moved to another stage": ids(x for x in moves if x["old"] is not None),
        "with a later close date": ids(x for x in dates if _is_later(x)),
        "with an earlier close date": ids(x for x in dates if x["new"] and x["new"] < x["old"]),
        "with a new amount": ids(x for x in changes if x["field"] == "amount" and x["old"] is not None),
        "reassigned": ids(x for x in changes if x["field"] == "counselor" and x["old"] is not None),
    }
    section = next(s for s in built.sections if s.name == "changed")
    assert {cell.text.partition(" ")[2]: cell.value for cell in section.links} == {
        name: len(ids) for name, ids in expected.items() if ids
    }
    names = {"stage": "Stage", "amount": "Amount", "close": "Close date", "counselor": "Counselor"}

    def kind(x: Row) -> str:
        if x["field"] != "stage":
            return names[x["field"]]
        stage = rows[x["opportunity_id"]]["stage"].value
        for stages, label in ((SIGNED, "Signed"), (LOST, "Lost")):
            if stage in stages and x["new"] in stages and x["old"] not in stages:
                return label
        return "New" if x["old"] is None else "Stage"

    lines = Counter((row[0].value, row[1].value, row[-1].value) for row in section.rows)
    assert lines == Counter((kind(x), rows[x["opportunity_id"]]["label"], local_day(x["at"])) for x in changes)
    assert len(changes) > 3


@pytest.mark.parametrize("by", [None, "anna"])
def test_close_dates_equal_recomputation(changed, people, by):
    built, context = changed("pipeline", by=by)
    rows = [x for x in opportunities(changed.teams) if is_open(x["stage"])]
    rows = [x for x in rows if by is None or x["counselor_id"] == people[by].id]
    lines = table(built, "closing")
    assert list(lines) == [part.name for part in context.period.parts]
    for part in context.period.parts:
        own = [x for x in rows if x["close_on"] and part.first <= x["close_on"] <= part.last]
        likely = [x for x in own if (x["chance"] or 0) >= 60]
        possible = [x for x in own if x not in likely]
        assert lines[part.name] == [len(likely), in_usd(likely), len(possible), in_usd(possible)]
    outside = [x for x in rows if not x["close_on"] or not context.period.first <= x["close_on"] <= context.period.last]
    section = next(s for s in built.sections if s.name == "closing")
    assert f"{len(outside)} open opportunit" in section.summary


def _count_before(built, label: str) -> str:
    """Return the count of the period before in the note of a figure; "0" if there is nothing in both periods."""
    tile = next(tile for tile in built.tiles if tile.label == label)
    count = re.match(r"([\d,.]+) (by this day of|in) ", tile.note)
    return count[1] if count else tile.value


def test_activity_of_the_period_before_equals_recomputation(changed):
    for row in db.session.query(Interaction).filter(Interaction.id % 3 == 0):
        row.at, row.wall = row.at - timedelta(days=80), row.wall - timedelta(days=80)
    db.session.flush()
    built, context = changed("activity")
    before = context.previous.period
    rows = interactions(changed.teams, before.first, before.last)
    ids = {x["id"] for x in rows}
    clients = {x["id"] for x in export_rows(Organization) if not x["confidential"]}
    links = [x for x in plain_rows(InteractionClient) if x["interaction_id"] in ids and x["client_id"] in clients]
    spent = [x for x in plain_rows(InteractionTime) if x["interaction_id"] in ids]
    minutes = sum(x["contact"] + x["prep"] + x["travel"] for x in spent)
    assert rows
    assert _count_before(built, "Interactions") == str(len(rows))
    assert _count_before(built, "Hours for clients") == str(hours(minutes))
    assert _count_before(built, "Clients") == str(len({x["client_id"] for x in links}))


def test_signed_confirmed_and_added_of_the_period_before_equal_recomputation(changed):
    rows = {x["id"]: x for x in opportunities(changed.teams)}
    built, context = changed("forecast")
    before = context.previous.period
    signed = {
        x["opportunity_id"]
        for x in _changes_in(rows, before.first, before.last)
        if x["field"] == "stage" and x["new"] in SIGNED and x["old"] not in SIGNED
    }
    signed_rows = [rows[i] for i in signed if rows[i]["stage"].value in SIGNED]
    assert _count_before(built, "Signed") == str(len(signed_rows))

    built, context = changed("results")
    before = context.previous.period
    results = [x for x in counted(export_rows(Milestone), changed.teams) if before.first <= x["on"] <= before.last]
    confirmed = [x for x in results if x["status"] is MilestoneStatus.actual and x["confirmed_on"]]
    assert _count_before(built, "Confirmed") == str(len(confirmed))

    built, context = changed("funnel")
    before = context.previous.period
    added = [x for x in rows.values() if before.first <= local_day(x["created_at"]) <= before.last]
    assert _count_before(built, "Added") == str(len(added))


def test_slipped_close_dates_equal_recomputation(changed):
    built, context = changed("forecast")
    rows = {x["id"]: x for x in opportunities(changed.teams)}
    changes = _changes_in(rows, context.period.first, context.period.last)
    slips = [x for x in changes if x["field"] == "close" and _is_later(x)]
    section = next(s for s in built.sections if s.name == "slips")
    assert Counter((row[0].value, row[2].value.isoformat(), row[-1].value) for row in section.rows) == Counter(
        (rows[x["opportunity_id"]]["label"], x["old"], local_day(x["at"])) for x in slips
    )
    assert slips
