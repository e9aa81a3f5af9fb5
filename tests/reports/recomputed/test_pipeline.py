"""The pipeline, its losses and what a review discusses equal an independent computation in plain Python."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta
from random import Random

import pytest

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.core.data.identity import Team, User
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp, FollowUpAbout
from crm.opportunities.models import Opportunity
from crm.opportunities.money import format_usd
from crm.opportunities.policy import OpportunityStage, StageGroup, is_open
from crm.reference.models import LostReason
from crm.reports.topics import ReviewTopic
from tests.factories.opportunities import reason, step
from tests.reports.lookups import table, tile
from tests.reports.random_records import (
    ZONE,
    export_changes,
    in_usd,
    local_day,
    opportunities,
    plain_rows,
    weighted_usd,
)

pytestmark = pytest.mark.engine_in_turn

SIGNED = {stage.value for stage in OpportunityStage if stage.group is StageGroup.signed}
LOST = {"lost", "withdrawn", "no_bid"}


@pytest.fixture
def decided(report):
    """Give some opportunities an end in the last two weeks, a reason or none, and open ones a next step or none."""
    random, today = Random(4), business_clock.today(ZONE.key)
    reasons = [reason("Price").id, reason("Delay").id, None]
    for row in db.session.query(Opportunity).order_by(Opportunity.id).all():
        if is_open(row.stage) and random.random() < 0.6:
            step(row, today + timedelta(days=random.randint(-20, 20)))
        elif row.stage is OpportunityStage.lost:
            row.lost_reason_id = random.choice(reasons)
    db.session.flush()
    db.session.expire_all()
    return report


def _lines(rows, key_of) -> dict:
    """Return count, dollars, weighted dollars and those without an amount by a key."""
    sums = {}
    for key in {key_of(x) for x in rows}:
        own = [x for x in rows if key_of(x) == key]
        sums[key] = [len(own), in_usd(own), weighted_usd(own), sum(x["amount"] is None for x in own)]
    return sums


def test_pipeline_by_stage_and_counselor_equals_recomputation(report):
    built, _context = report("pipeline")
    rows = [x for x in opportunities(report.teams) if is_open(x["stage"])]
    users = {x["id"]: x["name"] for x in plain_rows(User)} | {None: "No counselor"}
    assert len(rows) > 5
    for section, key_of in (("where", lambda x: str(x["stage"])), ("counselors", lambda x: users[x["counselor_id"]])):
        expected = _lines(rows, key_of) | {"Total": next(iter(_lines(rows, lambda _x: "Total").values()))}
        lines = {name: line for name, line in table(built, section).items() if line[0]}
        lines = {name: line for name, line in lines.items() if "not in the total" not in name}
        assert {name: [line[0], *line[2:]] for name, line in lines.items()} == expected
    figures = [tile(built, label) for label in ("Open opportunities", "Open value", "Weighted")]
    assert figures == [str(len(rows)), format_usd(in_usd(rows)), format_usd(weighted_usd(rows))]
    resting = {name: line[0] for name, line in table(built, "where").items() if "not in the total" in name and line[0]}
    dormant = [x for x in opportunities(report.teams) if x["stage"] is OpportunityStage.dormant]
    assert resting == ({"Dormant (not in the total)": len(dormant)} if dormant else {})


def _losses(teams, first, last) -> dict:
    """Return the last change by which each lost opportunity was lost in a period, by its id."""
    rows = {x["id"]: x for x in opportunities(teams) if x["stage"].value in LOST}
    losses = {}
    for x in export_changes():
        is_loss = x["field"] == "stage" and x["new"] in LOST and (x["old"] or "") not in LOST
        if is_loss and x["opportunity_id"] in rows and first <= local_day(x["at"]) <= last:
            end = {"before": x["old"], "lost_on": local_day(x["at"])}
            losses[x["opportunity_id"]] = rows[x["opportunity_id"]] | end
    return losses


def test_losses_equal_recomputation(decided):
    built, context = decided("losses")
    rows = list(_losses(decided.teams, context.period.first, context.period.last).values())
    names = {x["id"]: x["name"] for x in plain_rows(LostReason)} | {None: "No reason"}
    assert rows
    reasons = _lines(rows, lambda x: names[x["lost_reason_id"]])
    stages = _lines(rows, lambda x: str(OpportunityStage.from_code(x["before"])))
    for section, expected in (("reasons", reasons), ("lost_from", stages)):
        lines = {name: [line[0], round(line[1]), line[2]] for name, line in table(built, section).items()}
        total = [len(rows), in_usd(rows), sum(x["amount"] is None for x in rows)]
        assert lines == {name: [line[0], line[1], line[3]] for name, line in expected.items()} | {"Total": total}
    assert table(built, "lost") == {
        x["label"]: [
            names[x["lost_reason_id"]] if x["stage"] is OpportunityStage.lost else str(x["stage"]),
            str(OpportunityStage.from_code(x["before"])),
            x["amount"],
            (x["lost_on"] - local_day(x["created_at"])).days,
            x["lost_on"],
        ]
        for x in rows
    }
    signed = list_signed_ids(decided.teams, context.period.first, context.period.last)
    share = round(100 * len(signed) / (len(signed) + len(rows)))
    assert [tile(built, label) for label in ("Lost", "Signed", "Win rate")] == [
        str(len(rows)),
        str(len(signed)),
        f"{share}%",
    ]


def list_signed_ids(teams, first, last) -> set[int]:
    """Return the ids of the signed opportunities that were signed in a period."""
    ids = {x["id"] for x in opportunities(teams) if x["stage"].value in SIGNED}
    return {
        x["opportunity_id"]
        for x in export_changes()
        if x["field"] == "stage" and x["new"] in SIGNED and x["old"] not in SIGNED
        if x["opportunity_id"] in ids and first <= local_day(x["at"]) <= last
    }


def test_pipeline_by_team_equals_recomputation(report, actor):
    built, context = report("pipeline", "nora")
    names = {x["id"]: x["name"] for x in plain_rows(Team)}
    rows = [x for x in opportunities(names.keys()) if is_open(x["stage"])]
    expected = _lines(rows, lambda x: names[x["team_id"]]) | {"Total": next(iter(_lines(rows, bool).values()))}
    lines = {name: [line[0], *line[2:]] for name, line in table(built, "teams").items() if line[0]}
    assert lines == expected
    assert len(expected) == 3
    signed = list_signed_ids(names.keys(), context.period.first, context.period.last)
    assert tile(built, "Signed") == str(len(signed))


def _topics(row, changes, steps, since) -> list[str]:
    """Return the reasons to discuss an opportunity."""
    today, now = business_clock.today(ZONE.key), business_clock.now()
    own = [x for x in changes if x["opportunity_id"] == row["id"] and since <= x["at"] < now]
    moves = [x for x in own if x["field"] == "stage" and x["old"] is not None]
    next_on, idle = steps.get(row["id"]), row["stage"].idle_days

    def entered(stages) -> bool:
        return any(x["new"] in stages and x["old"] not in stages for x in moves)

    is_reason = {
        "overdue": is_open(row["stage"]) and next_on is not None and next_on < today,
        "stuck": is_open(row["stage"]) and idle is not None and (today - local_day(row["stage_since"])).days > idle,
        "no_step": is_open(row["stage"]) and next_on is None,
        "slipped": is_open(row["stage"])
        and any(x["field"] == "close" and x["old"] and (not x["new"] or x["new"] > x["old"]) for x in own),
        "lost": row["stage"].value in LOST and entered(LOST),
        "signed": row["stage"].value in SIGNED and entered(SIGNED),
        "moved": bool(moves),
        "new": since <= row["created_at"] < now,
    }
    return [topic for topic, is_true in is_reason.items() if is_true]


def test_review_equals_recomputation(decided):
    built, context = decided("review")
    since = datetime.combine(context.scope.day - timedelta(days=7), time(), ZONE)
    due = {x["id"]: x["due_on"] for x in plain_rows(FollowUp) if x["state"] is FollowUpState.open}
    steps = {}
    for link in plain_rows(FollowUpAbout):
        if link["followup_id"] in due:
            dates = (steps.get(link["record_id"]), due[link["followup_id"]])
            steps[link["record_id"]] = min(filter(None, dates))
    changes, expected = export_changes(), {}
    counts: Counter[str] = Counter()
    for row in opportunities(decided.teams):
        topics = _topics(row, changes, steps, since)
        counts.update(topics)
        for topic in topics[:1]:
            expected.setdefault(topic, []).append(row["label"])
    assert [tile.value for tile in built.tiles] == [str(counts[topic.value]) for topic in ReviewTopic]
    result = {s.name: sorted(row[0].value for row in s.rows) for s in built.sections if s.rows}
    assert result == {topic: sorted(labels) for topic, labels in expected.items()}
    assert len(expected) > 3
