"""Every report equals an independent computation in plain Python over the exported rows, for random data."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

import pytest
from flask import current_app

from crm.core import clock as business_clock
from crm.core.data.identity import User
from crm.followups.enums import Side
from crm.impact.models import Milestone
from crm.impact.policy import MilestoneKind, MilestoneStatus
from crm.interactions.models import (
    Interaction,
    InteractionClient,
    InteractionLink,
    InteractionStaff,
    InteractionTime,
)
from crm.interactions.policy import InteractionState
from crm.opportunities.policy import ACTIVE_STAGES, OpportunityStage, StageGroup, is_open
from crm.organizations.models import Organization
from crm.reference.models import Funder
from crm.reports.params import FILE_ROWS, default_context
from crm.reports.registry import get_report
from crm.shows.models import Show, ShowMeeting
from crm.shows.policy import MeetingState
from tests.reports.random_records import (
    ZONE,
    add_milestones,
    add_random_records,
    add_shows,
    counted,
    export_changes,
    export_rows,
    follow_ups,
    in_usd,
    interactions,
    local_day,
    opportunities,
    plain_rows,
)

SEEDS = (1, 2)


@pytest.fixture(params=SEEDS)
def report(request, people, actor, clock):
    """Return a function that builds a report for Clara over random data, and her teams."""
    add_random_records(people, request.param)
    reader = actor("clara")

    def build(name: str):
        definition = get_report(name)
        context = default_context(definition, reader, FILE_ROWS)
        with current_app.test_request_context():
            return definition.build(context), context

    build.teams = set(reader.team_ids)
    return build


def table(report, name: str) -> dict[str, list]:
    """Return the values of a section by the first cell of each line."""
    section = next(s for s in report.sections if s.name == name)
    return {row[0].value: [cell.value for cell in row[1:]] for row in section.lines}


def first_cells(report, name: str) -> list:
    """Return the first cells of a section in their order."""
    return [row[0].value for row in next(s for s in report.sections if s.name == name).rows]


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


def hours(minutes: int) -> Decimal:
    """Return minutes as hours with one decimal."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.1"))


def test_activity(report):
    built, context = report("activity")
    rows = interactions(report.teams, context.period.first, context.period.last)
    ids = {x["id"] for x in rows}
    staff = [x for x in plain_rows(InteractionStaff) if x["interaction_id"] in ids]
    spent = [x for x in plain_rows(InteractionTime) if x["interaction_id"] in ids]
    open_clients = {x["id"]: x["label"] for x in export_rows(Organization) if not x["confidential"]}
    links = [x for x in plain_rows(InteractionClient) if x["interaction_id"] in ids and x["client_id"] in open_clients]
    users, funders = ({x["id"]: x["name"] for x in plain_rows(entity)} for entity in (User, Funder))
    assert len(rows) > 8

    counselors = {}
    for user_id in {x["user_id"] for x in (*staff, *spent)}:
        own = [x for x in spent if x["user_id"] == user_id]
        counselors[users[user_id]] = [
            sum(x["user_id"] == user_id for x in staff),
            *(hours(sum(x[name] for x in own)) for name in ("contact", "prep", "travel")),
            len({x["client_id"] for x in own}),
            sum(is_open(x["stage"]) and x["counselor_id"] == user_id for x in opportunities(report.teams)),
            sum(x["counselor_id"] == user_id for x in follow_ups(report.teams)),
        ]
    lines = table(built, "counselors")
    total = lines.pop("Total")
    assert lines == counselors
    sums = [hours(sum(x[name] for x in spent)) for name in ("contact", "prep", "travel")]
    assert total[:5] == [len(rows), *sums, len({x["client_id"] for x in links})]

    kinds = {str(kind): sum(x["what"] is kind for x in rows) for kind in {x["what"] for x in rows}}
    assert {k: x[0] for k, x in table(built, "kinds").items()} == kinds | {"Total": len(rows)}

    expected = {}
    for funder_id in {x["funder_id"] for x in links}:
        own = [x for x in links if x["funder_id"] == funder_id]
        pairs = {(x["interaction_id"], x["client_id"]) for x in own}
        minutes = sum(x["contact"] for x in spent if (x["interaction_id"], x["client_id"]) in pairs)
        counts = len({i for i, _client in pairs}), len({client for _i, client in pairs})
        expected[funders.get(funder_id, "No funder")] = [counts[0], hours(minutes), counts[1]]
    assert table(built, "funders") == expected

    by_client = {}
    for client_id in {x["client_id"] for x in links}:
        own = [x for x in spent if x["client_id"] == client_id]
        whole = sum(x["contact"] + x["prep"] + x["travel"] for x in own)
        number = sum(x["client_id"] == client_id for x in links)
        by_client[open_clients[client_id]] = [number, hours(sum(x["contact"] for x in own)), hours(whole)]
    assert table(built, "clients") == by_client


def test_results(report, people):
    add_milestones(people, 5)
    built, context = report("results")
    rows = [
        x
        for x in counted(export_rows(Milestone), report.teams)
        if context.period.first <= x["on"] <= context.period.last
    ]
    assert len(rows) > 5
    lines = table(built, "kinds")
    for kind in [*MilestoneKind, None]:
        own = [x for x in rows if kind is None or x["what"] is kind]
        actual = [x for x in own if x["status"] is MilestoneStatus.actual]
        confirmed = [x for x in actual if x["confirmed_on"]]
        expected = [x for x in own if x["status"] is MilestoneStatus.expected]
        in_dollars = [in_usd([x for x in results if x["what"].has_amount]) for results in (confirmed, expected)]
        assert lines[str(kind) if kind else "Total"] == [
            len(confirmed),
            in_dollars[0],
            len(actual) - len(confirmed),
            len(expected),
            in_dollars[1],
            sum(x["jobs"] or 0 for x in confirmed),
        ]


def test_shows(report, people):
    add_shows(people, 5)
    built, context = report("shows")
    talks = {x["id"] for x in counted(export_rows(Interaction), report.teams) if x["state"] is InteractionState.held}
    links = {(x["interaction_id"], x["record_id"]) for x in plain_rows(InteractionLink)}
    by_id = {x["id"]: x for x in opportunities(report.teams)}
    lines = table(built, "shows")
    shows = [x for x in export_rows(Show) if context.period.first <= x["starts_on"] <= context.period.last]
    assert len(lines) == len(shows) > 0
    for show in shows:
        talk_ids = {i for i, record_id in links if record_id == show["id"] and i in talks}
        ids = {record_id for i, record_id in links if i in talk_ids and record_id in by_id}
        signed = [by_id[i] for i in ids if by_id[i]["stage"].group is StageGroup.signed]
        meetings = sum(x["show_id"] == show["id"] and x["state"] is MeetingState.held for x in plain_rows(ShowMeeting))
        cost = in_usd([show | {"amount": show["cost"]}]) if show["cost"] else None
        assert lines[show["label"]] == [
            show["starts_on"],
            cost,
            (cost / meetings).quantize(Decimal(1)) if cost is not None and meetings else None,
            show["staff_days"],
            meetings,
            len(talk_ids),
            len(ids),
            len(signed),
            in_usd(signed),
        ]
