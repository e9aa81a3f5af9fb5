"""Every report equals an independent computation in plain Python over the exported rows, for random data."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

import pytest

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.followups.enums import FollowUpSide
from crm.opportunities.models import Opportunity, OpportunityChange
from crm.opportunities.money import format_usd
from crm.opportunities.policy import ACTIVE_STAGES, OpportunityStage, StageGroup, WaitingFor, is_open
from tests.reports.lookups import first_cells, table, tile
from tests.reports.random_records import (
    ZONE,
    due_day,
    export_changes,
    follow_ups,
    in_usd,
    local_day,
    opportunities,
    usd_or_blank,
    weighted_usd,
)

pytestmark = pytest.mark.engine_in_turn


def days_in_stage(row) -> int:
    """Return the days since an opportunity entered its stage."""
    return (business_clock.today(ZONE.key) - local_day(row["stage_since"])).days


def percent(part: int, whole: int) -> int | None:
    """Return a share in whole percent; None of nothing."""
    return round(100 * part / whole) if whole else None


def test_stuck_report_equals_recomputation(report):
    built, _context = report("stuck")
    stuck = [
        x
        for x in opportunities(report.teams)
        if is_open(x["stage"]) and x["stage"].idle_days is not None and days_in_stage(x) > x["stage"].idle_days
    ]
    expected = {}
    for key in {str(x["waiting_for"]) for x in stuck}:
        rows = [x for x in stuck if str(x["waiting_for"]) == key]
        expected[key] = [len(rows), usd_or_blank(rows), max(days_in_stage(x) for x in rows)]
    assert len(stuck) > 3
    total = [len(stuck), usd_or_blank(stuck), max(map(days_in_stage, stuck))]
    assert table(built, "by_waiting") == expected | {"Total": total}
    assert {k: x[0] for k, x in table(built, "by_stage").items()} == {
        str(stage): sum(x["stage"] is stage for x in stuck) for stage in {x["stage"] for x in stuck}
    } | {"Total": len(stuck)}
    days = {x["label"]: [x["amount"], days_in_stage(x), x["stage"].idle_days] for x in stuck}
    assert {label: line[3:] for label, line in table(built, "stuck").items()} == days
    waiting = [x for x in stuck if x["waiting_for"] is WaitingFor.us]
    assert tile(built, "Waiting for us") == str(len(waiting))
    assert tile(built, "Longest in stage (days)") == str(total[2])
    pipeline, _context = report("pipeline")
    assert tile(pipeline, "Stuck in stage") == tile(built, "Stuck in stage") == str(len(stuck))
    assert table(pipeline, "stuck") == table(built, "stuck")


def test_follow_up_report_equals_recomputation(report):
    built, _context = report("follow-ups")
    rows, today = follow_ups(report.teams), business_clock.today(ZONE.key)
    limits = {
        "Due today or later": (-999, 0),
        "Overdue by 1 to 7 days": (1, 7),
        "Overdue by 8 to 30 days": (8, 30),
        "Overdue by 31 to 90 days": (31, 90),
        "Overdue by more than 90 days": (91, 999),
        "Total": (-999, 999),
    }
    expected = {}
    for label, (least, most) in limits.items():
        of_age = [x for x in rows if least <= (today - due_day(x)).days <= most]
        sides = [sum(x["side"] is side for x in of_age) for side in (FollowUpSide.we, FollowUpSide.they)]
        expected[label] = [len(of_age), *sides, sum(due_day(x) < today for x in of_age)]
    assert len(rows) > 5
    assert table(built, "ages") == expected
    oldest = (today - min(x["due_on"] for x in rows)).days
    assert (tile(built, "Overdue"), tile(built, "Oldest (days overdue)")) == (str(expected["Total"][3]), str(oldest))


def _sign_again(teams) -> int:
    """Record that some signed opportunities were reopened and signed once more; return how many."""
    signed = [x for x in opportunities(teams) if x["stage"].group is StageGroup.signed][::2]
    for x in signed:
        row, now = db.session.get_one(Opportunity, x["id"]), business_clock.now()
        reopened_at = x["stage_since"] + (now - x["stage_since"]) / 2
        for moment, old, new in (
            (reopened_at, row.stage, OpportunityStage.negotiating),
            (now, OpportunityStage.negotiating, row.stage),
        ):
            change = OpportunityChange(opportunity_id=row.id, at=moment, field="stage", old=old.value, new=new.value)
            db.session.add(change)
        row.stage_since = now
    db.session.flush()
    db.session.expire_all()
    return len(signed)


def test_forecast_equals_recomputation(report):
    assert _sign_again(report.teams) > 0
    built, context = report("forecast")
    rows, changes = opportunities(report.teams), export_changes()
    by_id = {x["id"]: x for x in rows}
    signed_stages = [s.value for s in OpportunityStage if s.group is StageGroup.signed]
    months = table(built, "months")
    assert (len(months), len(rows) > 10) == (13, True)
    first, open_rows, signed_ids = context.period.first, [], set()
    for name in first_cells(built, "months"):
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        expected = [x for x in rows if is_open(x["stage"]) and first <= x["close_key"] <= last]
        signed = {
            x["opportunity_id"]
            for x in changes
            if x["field"] == "stage" and x["new"] in signed_stages and x["old"] not in signed_stages
            and first <= local_day(x["at"]) <= last
        }  # fmt: skip
        signed_rows = [by_id[i] for i in signed if i in by_id and by_id[i]["stage"].value in signed_stages]
        slipped = {
            x["opportunity_id"]
            for x in changes
            if x["field"] == "close" and x["old"] and first.isoformat() <= x["old"] <= last.isoformat()
            and (not x["new"] or x["new"] > last.isoformat())
        }  # fmt: skip
        slipped_rows = [by_id[i] for i in slipped if i in by_id]
        assert months[name] == [
            len(expected), usd_or_blank(expected), usd_or_blank(expected, weighted_usd),
            len(signed_rows), usd_or_blank(signed_rows),
            len(slipped_rows), usd_or_blank(slipped_rows),
        ], name  # fmt: skip
        open_rows += expected
        signed_ids |= {x["id"] for x in signed_rows}
        first = last + timedelta(days=1)
    signed_rows = [by_id[i] for i in signed_ids]
    weighted, counts = weighted_usd(open_rows), (len(open_rows), len(signed_rows))
    assert months["Total"][:5] == [counts[0], in_usd(open_rows), weighted, counts[1], in_usd(signed_rows)]
    assert (tile(built, "Expected to close"), tile(built, "Signed")) == (str(counts[0]), str(counts[1]))
    assert tile(built, "Weighted") == format_usd(weighted)
    assert weighted > 0


def test_funnel_equals_recomputation(report):
    built, context = report("funnel")
    period, changes = context.period, export_changes()
    rows = [x for x in opportunities(report.teams) if period.first <= local_day(x["created_at"]) <= period.last]
    lines = table(built, "funnel")
    spells = {stage.value: [] for stage in OpportunityStage}
    for row in rows:
        moves = sorted(
            (x["at"], x["id"], x["new"]) for x in changes if x["opportunity_id"] == row["id"] and x["field"] == "stage"
        )
        for (begun_at, _id, stage), (left_at, _next, _stage) in pairwise(moves):
            spells[stage].append((left_at - begun_at).total_seconds() / 86_400)
    counts: list[int] = []
    for stage in ACTIVE_STAGES:
        codes = {s.value for s in ACTIVE_STAGES if s.order >= stage.order}
        reached = [
            row
            for row in rows
            if row["stage"].value in codes
            or any(x["new"] in codes or x["old"] in codes for x in changes if x["opportunity_id"] == row["id"])
        ]
        days = Decimal(str(round(median(spells[stage.value]), 1))) if spells[stage.value] else None
        counts.append(len(reached))
        of_previous = None if len(counts) == 1 else percent(counts[-1], counts[-2])
        assert lines[str(stage)] == [counts[-1], of_previous, percent(counts[-1], counts[0]), days], stage
    share = percent(lines[str(OpportunityStage.contracted)][0], counts[0])
    assert tile(built, "Share signed") == f"{share}%"
