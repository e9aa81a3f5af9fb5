"""Awards: form, pace of goals, who sees which goal, and rules of funders."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.core.data.identity import Team
from crm.funding.goal_texts import describe_goal
from crm.funding.policy.awards import GoalMeasure, find_pace
from crm.funding.queries.goals import load_goals, load_goals_of
from crm.impact.policy import Confirmation, MilestoneKind, MilestoneStatus
from crm.impact.services import add_milestone
from crm.organizations.models import ClientAgreement
from crm.shows.attendance import add_attendees
from crm.shows.policy import Attendance, ShowKind
from crm.shows.services import save_show
from tests.factories import client_of, person

from .conftest import WALL, complete_client

FIRST, LAST = date(2026, 10, 1), date(2027, 9, 30)


@pytest.mark.parametrize(
    ("actual", "today", "projected", "is_behind"),
    [
        (50, date(2026, 9, 30), None, False),
        (1, date(2026, 10, 1), 365, False),
        (10, date(2026, 12, 11), 51, True),
        (40, date(2027, 3, 31), 80, True),
        (60, date(2027, 3, 31), 120, False),
        (99, date(2027, 12, 1), 99, True),
        (100, date(2027, 12, 1), 100, False),
    ],
)
def test_pace_is_set_by_the_days_that_are_over(actual, today, projected, is_behind):
    pace = find_pace(Decimal(100), Decimal(actual), FIRST, LAST, today)
    assert (pace.projected, pace.is_behind, pace.percent) == (projected, is_behind, min(100, actual))


def test_goal_counts_who_attended_the_workshops_of_the_funder(anna, actor, award_with, client_firm, step):
    days = {"starts_on": date(2026, 10, 6), "ends_on": date(2026, 10, 6), "type": ShowKind.workshop}
    counted = save_show(anna, days | {"name": "Export basics", "funder_id": step.id})
    other = save_show(anna, days | {"name": "Other funder"})
    trade_show = save_show(anna, days | {"name": "Fair", "type": ShowKind.trade_show, "funder_id": step.id})
    early = save_show(anna, days | {"name": "Early", "funder_id": step.id, "starts_on": date(2026, 9, 30)})
    ids = [client_firm.id, person("Wu", "Min").id]
    for show in (counted, other, trade_show, early):
        add_attendees(anna, show, ids, Attendance.attended)
    add_attendees(anna, counted, [person("Lu", "Hua").id], Attendance.no_show)
    goals = [(GoalMeasure.attendees, None, None, 20), (GoalMeasure.attendees, client_firm.team_id, None, 20)]
    goals += [(GoalMeasure.attendees, None, actor(name).id, 20) for name in ("anna", "clara")]
    rows = load_goals(actor("nora"), award_with(*goals))
    assert {(row.goal.team_id, row.goal.user_id): row.pace.actual for row in rows} == {
        (None, None): 2,
        (client_firm.team_id, None): 2,
        (None, anna.id): 2,
        (None, actor("clara").id): 0,
    }


def test_goals_count_the_sessions_and_milestones_of_the_funder(
    anna, actor, award_with, client_firm, session_for, step, session
):
    complete_client(client_firm, date(2026, 10, 5))
    session_for(client_firm, contact=290, prep=10)
    session_for(client_of("Inland", "Incomplete"), contact=100)
    session_for(client_firm, contact=60, funder=None)
    for status, confirmed in (
        (MilestoneStatus.actual, WALL.date()),
        (MilestoneStatus.expected, None),
        (MilestoneStatus.actual, None),
    ):
        values = {"client_id": client_firm.id, "title": "Sale", "type": MilestoneKind.export_sale, "status": status}
        values |= {"amount": Decimal(5000), "currency": "USD", "jobs": 2, "on": WALL.date()}
        values |= {"reported_on": WALL.date(), "funder_id": step.id, "confirmed_on": confirmed}
        values |= {"confirmed_how": Confirmation.email} if confirmed else {}
        add_milestone(anna, values)
    row = award_with(*((measure, None, None, 10) for measure in GoalMeasure))
    reached = {goal.goal.measure: goal.pace.actual for goal in load_goals(actor("nora"), row)}
    assert reached == {
        GoalMeasure.clients: 1,
        GoalMeasure.new_clients: 1,
        GoalMeasure.sessions: 1,
        GoalMeasure.hours: 5,
        GoalMeasure.long_term: 1,
        GoalMeasure.export_sales: 5000,
        GoalMeasure.jobs: 2,
        GoalMeasure.attendees: 0,
    }


def test_new_client_signed_its_first_agreement_in_the_period(session, actor, award_with, client_firm, session_for):
    complete_client(client_firm, FIRST)
    session_for(client_firm)
    row = award_with((GoalMeasure.new_clients, None, None, 10))
    old = ClientAgreement(organization_id=client_firm.id, from_on=date(2020, 1, 1), on_file=False)
    session.add(old)
    session.flush()
    assert load_goals(actor("nora"), row)[0].pace.actual == 1
    old.on_file = True
    session.flush()
    assert load_goals(actor("nora"), row)[0].pace.actual == 0


def test_goal_of_a_team_or_counselor_counts_theirs_only(anna, actor, award_with, client_firm, session_for):
    complete_client(client_firm)
    session_for(client_firm)
    bay, inland = actor("boris").first_team_id, anna.first_team_id
    row = award_with(
        (GoalMeasure.sessions, inland, None, 5),
        (GoalMeasure.sessions, bay, None, 5),
        (GoalMeasure.sessions, inland, actor("dora").id, 5),
        (GoalMeasure.hours, inland, anna.id, 5),
    )
    goals = {(x.goal.team_id, x.goal.user_id): x.pace.actual for x in load_goals(actor("nora"), row)}
    assert goals == {
        (inland, None): 1,
        (bay, None): 0,
        (inland, actor("dora").id): 0,
        (inland, anna.id): Decimal("0.8"),
    }


def test_goals_of_several_awards_take_as_many_statements_as_those_of_one(actor, award_with, sql):
    nora, rows = actor("nora"), [award_with((GoalMeasure.clients, None, None, 1)) for _n in range(3)]

    def count_statements(awards) -> int:
        load_goals_of(nora, awards)
        sql.clear()
        assert [len(goals) for goals in load_goals_of(nora, awards).values()] == [1] * len(awards)
        return len(sql)

    assert count_statements(rows) == count_statements(rows[:1])


def test_counselors_see_their_own_goals_and_those_of_their_teams(anna, actor, award_with):
    bay, inland = actor("boris").first_team_id, anna.first_team_id
    row = award_with(
        (GoalMeasure.clients, inland, None, 1),
        (GoalMeasure.clients, bay, None, 2),
        (GoalMeasure.clients, inland, anna.id, 3),
        (GoalMeasure.clients, inland, actor("dora").id, 4),
    )
    targets = {name: {x.goal.target for x in load_goals(actor(name), row)} for name in ("anna", "clara", "nora")}
    assert targets == {"anna": {1, 3}, "clara": {1, 3, 4}, "nora": {1, 2, 3, 4}}


def test_goal_of_the_network_says_that_only_the_own_teams_are_counted(actor, award_with):
    row = award_with((GoalMeasure.clients, None, None, 9), (GoalMeasure.clients, actor("anna").first_team_id, None, 1))
    texts = {name: [describe_goal(goal) for goal in load_goals(actor(name), row)] for name in ("anna", "nora")}
    assert texts["nora"] == ["Whole network", "Inland"]
    assert texts["anna"] == ["Whole network (only your teams are counted)", "Inland"]
    network = load_goals(actor("anna"), row)[0]
    assert describe_goal(dataclasses.replace(network, unconverted={"EUR": Decimal(700)})) == (
        "Whole network (only your teams are counted, without €700: no exchange rate)"
    )


def test_goal_of_a_network_of_one_team_is_counted_as_a_whole(anna, actor, award_with, session):
    row = award_with((GoalMeasure.clients, None, None, 9))
    everywhere = dataclasses.replace(actor("anna"), team_ids=frozenset(session.scalars(sa.select(Team.id))))
    assert [describe_goal(goal) for goal in load_goals(everywhere, row)] == ["Whole network"]
