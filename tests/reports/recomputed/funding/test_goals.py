"""Goals, filed reports and workshops equal an independent computation in plain Python, for random data."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

import pytest

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.core.data.identity import Team, User
from crm.core.policy import SYSTEM
from crm.funding.models import Award, AwardGoal
from crm.funding.policy.awards import GoalMeasure
from crm.funding.policy.rights import sees_goal
from crm.funding.queries.filing import list_countable
from crm.funding.queries.goals import load_goals
from crm.funding.queries.sessions import list_sessions
from crm.impact.models import Milestone
from crm.impact.policy import MilestoneKind, MilestoneStatus
from crm.shows.policy import Attendance
from tests.reports.expected_attendees import list_attendees, list_events
from tests.reports.expected_sessions import ExpectedSessions, count_long_term
from tests.reports.lookups import table
from tests.reports.random_records import RATES, ZONE, export_rows, plain_rows

pytestmark = pytest.mark.engine_in_turn

COUNTED = (Attendance.attended, Attendance.registered, Attendance.no_show)


def _reached(goal, award, teams, expected) -> Decimal:
    """Return what was reached of a goal, for a reader who sees these teams; None: all."""
    sessions = expected.list(award["funder_id"], award["from_on"], award["to_on"], teams)
    milestones = _milestones(award, teams)
    events = [x for x in list_events(teams, award["from_on"], award["to_on"]) if x["funder_id"] == award["funder_id"]]
    if goal["team_id"] is not None:
        sessions = [x for x in sessions if x["team_id"] == goal["team_id"]]
        milestones = [x for x in milestones if x["team_id"] == goal["team_id"]]
    if goal["user_id"] is not None:
        sessions = [x for x in sessions if goal["user_id"] in x["users"]]
        milestones = [x for x in milestones if x["counselor_id"] == goal["user_id"]]
        events = [x for x in events if x["counselor_id"] == goal["user_id"]]
    minutes = sum(x["contact"] + x["prep"] if not goal["user_id"] else x["users"][goal["user_id"]] for x in sessions)
    guests = [x for event in events for x in list_attendees(event, teams) if x["attendance"] is Attendance.attended]
    sales = [x for x in milestones if x["type"] is MilestoneKind.export_sale and x["amount"] and x["currency"] in RATES]
    clients, first = {x["client_id"] for x in sessions}, expected.first_agreements()
    values = {
        GoalMeasure.clients: len(clients),
        GoalMeasure.new_clients: sum(i in first and award["from_on"] <= first[i] <= award["to_on"] for i in clients),
        GoalMeasure.sessions: len(sessions),
        GoalMeasure.hours: (Decimal(minutes) / 60).quantize(Decimal("0.1"), ROUND_HALF_UP),
        GoalMeasure.long_term: count_long_term(sessions),
        GoalMeasure.export_sales: sum((x["amount"] * RATES[x["currency"]] for x in sales), Decimal()),
        GoalMeasure.jobs: sum(x["jobs"] or 0 for x in milestones),
        GoalMeasure.attendees: sum(goal["team_id"] in (None, x["team_id"]) or x["team_id"] is None for x in guests),
    }
    return Decimal(values[goal["measure"]])


def _milestones(award, teams) -> list:
    """Return the actual milestones of an award that the client confirmed."""
    return [
        x
        for x in export_rows(Milestone)
        if x["funder_id"] == award["funder_id"] and award["from_on"] <= x["on"] <= award["to_on"]
        if x["status"] is MilestoneStatus.actual and x["confirmed_on"]
        if not x["confidential"] and x["archived_at"] is None and (teams is None or x["team_id"] in {*teams, None})
    ]


def test_goals_equal_recomputation(report, actor):
    wrong, reached, expected = [], 0, ExpectedSessions()
    for reader, award in product([actor(name) for name in ("clara", "nora", "anna")], plain_rows(Award)):
        teams = None if reader.sees_all_teams else set(reader.team_ids)
        rows = {row.goal.id: row.pace.actual for row in load_goals(reader, db.session.get(Award, award["id"]))}
        goals = [x for x in plain_rows(AwardGoal) if x["award_id"] == award["id"]]
        visible = [x for x in goals if sees_goal(reader, x["team_id"], x["user_id"])]
        assert rows.keys() == {x["id"] for x in visible}
        for goal in visible:
            value = _reached(goal, award, teams, expected)
            reached += value > 0
            if rows[goal["id"]] != value:
                wrong.append((reader.id, goal["measure"], goal["team_id"], goal["user_id"], rows[goal["id"]], value))
    assert wrong == []
    assert reached > 100


def test_goals_report_shows_the_pace_of_the_awards_of_today(report, actor):
    built, context = report("goals", "nora")
    today, expected = context.scope.day, ExpectedSessions()
    users, teams = ({x["id"]: x["name"] for x in plain_rows(entity)} for entity in (User, Team))
    awards = [x for x in plain_rows(Award) if x["from_on"] <= today <= x["to_on"]]
    assert {section.name for section in built.sections} == {f"award-{x['id']}" for x in awards}
    for award in awards:
        lines = []
        length, elapsed = (award["to_on"] - award["from_on"]).days + 1, (today - award["from_on"]).days + 1
        for goal in (x for x in plain_rows(AwardGoal) if x["award_id"] == award["id"]):
            value = _reached(goal, award, None, expected)
            percent = min(100, int(100 * value / goal["target"]))
            projected = (value * length / elapsed).quantize(Decimal(1), ROUND_HALF_UP)
            names = [users.get(goal["user_id"]), teams.get(goal["team_id"])]
            lines.append((str(goal["measure"]), sorted(filter(None, names)), value, goal["target"], percent, projected))
        section = next(s for s in built.sections if s.name == f"award-{award['id']}")
        numbers = sorted([cell.value for cell in row[1:5]] for row in section.rows)
        assert numbers == sorted([list(line[2:]) for line in lines])


def test_sessions_of_filed_reports_equal_recomputation(report):
    expected, today = ExpectedSessions(), business_clock.today(ZONE.key)
    total = 0
    for award in db.session.query(Award).all():
        for team_id in (None, *{x["id"] for x in plain_rows(Team)}):
            for first, last in ((award.from_on, award.to_on), (today - timedelta(30), today - timedelta(10))):
                sessions = expected.list(award.funder_id, first, last)
                own = [x for x in sessions if team_id in (None, x["team_id"])]
                rows = list_countable(award, team_id, first, last)
                explained = list_sessions(SYSTEM, first, last, funder=award.funder_id)
                own_team = [x for x in explained if team_id in (None, x.team_id) and not x.confidential]
                assert [x.key for x in own_team if x.is_counted] == [x.key for x in rows]
                assert sorted(
                    (x.interaction_id, x.client_id, x.session_type, x.minutes.contact, x.minutes.prep, x.minutes.travel)
                    for x in rows
                ) == sorted(
                    (x["interaction_id"], x["client_id"], x["type"], x["contact"], x["prep"], x["travel"]) for x in own
                )
                total += len(own)
    assert total > 10


def test_workshop_attendees_equal_recomputation(report):
    number = 0
    for name, is_past in product(("clara", "nora"), (False, True)):
        built, context = report("activity", name, is_past=is_past)
        teams = None if name == "nora" else report.teams
        events = list_events(teams, context.period.first, context.period.last)
        guests = {x["id"]: [y for y in list_attendees(x, teams) if y["attendance"] in COUNTED] for x in events}
        lines = {x["label"]: [x["starts_on"], *_count(guests[x["id"]])] for x in events}
        if events:
            lines["Total"] = [None, *_count([y for rows in guests.values() for y in rows])]
        assert table(built, "workshops") == lines
        number += len(events)
    assert number > 8


def _count(guests) -> list[int]:
    """Return who attended, was expected and didn't come, and the clients who attended."""
    attended = [x for x in guests if x["attendance"] is Attendance.attended]
    missed = sum(x["attendance"] is Attendance.no_show for x in guests)
    return [len(attended), len(guests), missed, len({x["id"] for x in attended if x["is_client"]})]
