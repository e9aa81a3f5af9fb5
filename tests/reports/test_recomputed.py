"""Every report equals an independent computation in plain Python over the exported rows, for random data."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from statistics import median

from crm.core import clock as business_clock
from crm.followups.enums import Side
from crm.opportunities.policy import ACTIVE_STAGES, OpportunityStage, StageGroup, is_open
from tests.reports.lookups import first_cells, table
from tests.reports.random_records import (
    ZONE,
    export_changes,
    follow_ups,
    in_usd,
    local_day,
    opportunities,
)


def days_in_stage(row) -> int:
    """Return the days since an opportunity entered its stage."""
    return (business_clock.today(ZONE.key) - local_day(row["stage_since"])).days


def test_stuck_report(report):
    built, _context = report("stuck")
    stuck = [
        x
        for x in opportunities(report.teams)
        if is_open(x["stage"]) and x["stage"].idle_days is not None and days_in_stage(x) > x["stage"].idle_days
    ]
    expected = {}
    for key in {str(x["waiting_for"]) for x in stuck}:
        rows = [x for x in stuck if str(x["waiting_for"]) == key]
        expected[key] = [len(rows), in_usd(rows), max(days_in_stage(x) for x in rows)]
    assert len(stuck) > 3
    total = [len(stuck), in_usd(stuck), max(map(days_in_stage, stuck))]
    assert table(built, "by_waiting") == expected | {"Total": total}
    assert {k: x[0] for k, x in table(built, "by_stage").items()} == {
        str(stage): sum(x["stage"] is stage for x in stuck) for stage in {x["stage"] for x in stuck}
    } | {"Total": len(stuck)}
    assert sorted(first_cells(built, "stuck")) == sorted(x["label"] for x in stuck)


def test_follow_up_report(report):
    built, _context = report("follow-ups")
    rows, today = follow_ups(report.teams), business_clock.today(ZONE.key)
    limits = {
        "Due today or later": (-999, 0),
        "Late by 1 to 7 days": (1, 7),
        "Late by 8 to 30 days": (8, 30),
        "Late by 31 to 90 days": (31, 90),
        "Late by more than 90 days": (91, 999),
        "Total": (-999, 999),
    }
    expected = {}
    for label, (least, most) in limits.items():
        of_age = [x for x in rows if least <= (today - x["due_on"]).days <= most]
        sides = [sum(x["side"] is side for x in of_age) for side in (Side.we, Side.they)]
        expected[label] = [len(of_age), *sides, sum(x["due_on"] < today for x in of_age)]
    assert len(rows) > 5
    assert table(built, "ages") == expected


def test_forecast(report):
    built, context = report("forecast")
    rows, changes = opportunities(report.teams), export_changes()
    by_id = {x["id"]: x for x in rows}
    signed_stages = [s.value for s in OpportunityStage if s.group is StageGroup.signed]
    months = table(built, "months")
    assert (len(months), len(rows) > 10) == (13, True)
    first = context.period.first
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
        counts = [months[name][i] for i in (0, 1, 3, 4, 5, 6)]
        assert counts == [
            len(expected), in_usd(expected), len(signed_rows), in_usd(signed_rows), len(slipped_rows),
            in_usd(slipped_rows),
        ], name  # fmt: skip
        first = last + timedelta(days=1)


def test_funnel(report):
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
    for stage in ACTIVE_STAGES:
        codes = {s.value for s in ACTIVE_STAGES if s.order >= stage.order}
        reached = [
            row
            for row in rows
            if row["stage"].value in codes
            or any(x["new"] in codes or x["old"] in codes for x in changes if x["opportunity_id"] == row["id"])
        ]
        line = lines[str(stage)]
        days = spells[stage.value]
        assert line[0] == len(reached), stage
        assert (float(line[3]) if line[3] is not None else None) == (round(median(days), 1) if days else None)
