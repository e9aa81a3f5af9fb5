"""Awards: form, pace of goals, who sees which goal, and rules of funders."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.core.data.identity import Team
from crm.funding.goal_texts import describe_goal
from crm.funding.models import Award, AwardGoal, AwardReport, FunderRule
from crm.funding.policy.awards import GoalMeasure, find_pace
from crm.funding.queries.goals import load_goals, load_goals_of
from crm.funding.services.awards import save_award
from crm.impact.policy import Confirmation, MilestoneKind, MilestoneStatus
from crm.impact.services import add_milestone
from crm.interactions.counting import Missing
from crm.organizations.models import ClientAgreement
from crm.shows.attendance import add_attendees
from crm.shows.policy import Attendance, ShowKind
from crm.shows.services import save_show
from tests.factories import client_of, person
from tests.tools.pages import submitted_values
from tests.tools.rows import count

from .conftest import WALL, complete_client

FIRST, LAST = date(2026, 10, 1), date(2027, 9, 30)


@pytest.fixture
def award(session, actor, step):
    """Return a function that makes an award with goals: (measure, team id, user id, target)."""

    def make(*goals, reports=()):
        names = ("measure", "team_id", "user_id", "target")
        values = {"funder_id": step.id, "number": "STEP-26", "from_on": FIRST, "to_on": LAST}
        rows = [dict(zip(names, goal, strict=True)) for goal in goals]
        return save_award(actor("nora"), values | {"goals": rows, "reports": list(reports)})

    return make


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


def test_goal_counts_who_attended_the_workshops_of_the_funder(anna, actor, award, client_firm, step):
    days = {"starts_on": date(2026, 10, 6), "ends_on": date(2026, 10, 6), "what": ShowKind.workshop}
    counted = save_show(anna, days | {"name": "Export basics", "funder_id": step.id})
    other = save_show(anna, days | {"name": "Other funder"})
    trade_show = save_show(anna, days | {"name": "Fair", "what": ShowKind.trade_show, "funder_id": step.id})
    early = save_show(anna, days | {"name": "Early", "funder_id": step.id, "starts_on": date(2026, 9, 30)})
    ids = [client_firm.id, person("Wu", "Min").id]
    for show in (counted, other, trade_show, early):
        add_attendees(anna, show, ids, Attendance.attended)
    add_attendees(anna, counted, [person("Lu", "Hua").id], Attendance.no_show)
    goals = [(GoalMeasure.attendees, None, None, 20), (GoalMeasure.attendees, client_firm.team_id, None, 20)]
    goals += [(GoalMeasure.attendees, None, actor(name).id, 20) for name in ("anna", "clara")]
    rows = load_goals(actor("nora"), award(*goals))
    assert {(row.goal.team_id, row.goal.user_id): row.pace.actual for row in rows} == {
        (None, None): 2,
        (client_firm.team_id, None): 2,
        (None, anna.id): 2,
        (None, actor("clara").id): 0,
    }


def test_goals_count_the_sessions_and_milestones_of_the_funder(
    anna, actor, award, client_firm, session_for, step, session
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
        values = {"client_id": client_firm.id, "title": "Sale", "what": MilestoneKind.export_sale, "status": status}
        values |= {"amount": Decimal(5000), "currency": "USD", "jobs": 2, "on": WALL.date()}
        values |= {"reported_on": WALL.date(), "funder_id": step.id, "confirmed_on": confirmed}
        values |= {"confirmed_how": Confirmation.email} if confirmed else {}
        add_milestone(anna, values)
    row = award(*((measure, None, None, 10) for measure in GoalMeasure))
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


def test_new_client_signed_its_first_agreement_in_the_period(session, actor, award, client_firm, session_for):
    complete_client(client_firm, FIRST)
    session_for(client_firm)
    row = award((GoalMeasure.new_clients, None, None, 10))
    old = ClientAgreement(organization_id=client_firm.id, from_on=date(2020, 1, 1), on_file=False)
    session.add(old)
    session.flush()
    assert load_goals(actor("nora"), row)[0].pace.actual == 1
    old.on_file = True
    session.flush()
    assert load_goals(actor("nora"), row)[0].pace.actual == 0


def test_goal_of_a_team_or_counselor_counts_theirs_only(anna, actor, award, client_firm, session_for):
    complete_client(client_firm)
    session_for(client_firm)
    bay, inland = actor("boris").first_team_id, anna.first_team_id
    row = award(
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


def test_goals_of_several_awards_take_as_many_statements_as_those_of_one(actor, award, sql):
    nora, rows = actor("nora"), [award((GoalMeasure.clients, None, None, 1)) for _n in range(3)]

    def count_statements(awards) -> int:
        load_goals_of(nora, awards)
        sql.clear()
        assert [len(goals) for goals in load_goals_of(nora, awards).values()] == [1] * len(awards)
        return len(sql)

    assert count_statements(rows) == count_statements(rows[:1])


def test_counselors_see_their_own_goals_and_those_of_their_teams(anna, actor, award):
    bay, inland = actor("boris").first_team_id, anna.first_team_id
    row = award(
        (GoalMeasure.clients, inland, None, 1),
        (GoalMeasure.clients, bay, None, 2),
        (GoalMeasure.clients, inland, anna.id, 3),
        (GoalMeasure.clients, inland, actor("dora").id, 4),
    )
    targets = {name: {x.goal.target for x in load_goals(actor(name), row)} for name in ("anna", "clara", "nora")}
    assert targets == {"anna": {1, 3}, "clara": {1, 3, 4}, "nora": {1, 2, 3, 4}}


def test_goal_of_the_network_says_that_only_the_own_teams_are_counted(actor, award):
    row = award((GoalMeasure.clients, None, None, 9), (GoalMeasure.clients, actor("anna").first_team_id, None, 1))
    texts = {name: [describe_goal(goal) for goal in load_goals(actor(name), row)] for name in ("anna", "nora")}
    assert texts["nora"] == ["Whole network", "Inland"]
    assert texts["anna"] == ["Whole network (only your teams are counted)", "Inland"]


def test_goal_of_a_network_of_one_team_is_counted_as_a_whole(anna, actor, award, session):
    row = award((GoalMeasure.clients, None, None, 9))
    everywhere = dataclasses.replace(actor("anna"), team_ids=frozenset(session.scalars(sa.select(Team.id))))
    assert [describe_goal(goal) for goal in load_goals(everywhere, row)] == ["Whole network"]


FORM = {"number": "STEP-26", "from_on": "10/01/2026", "to_on": "09/30/2027", "amount": "90000", "currency": "USD"}
FORM |= {
    "reports-0-name": "Q1",
    "reports-0-due_on": "01/30/2027",
    "goals-0-measure": "clients",
    "goals-0-target": "100",
}


def test_award_is_added_and_shows_goals_and_reports(client, people, step, session):
    clara = client.login_as("clara")
    team_id = session.scalar(sa.text("SELECT id FROM team WHERE name = 'Inland'"))
    response = clara.post("/funding/awards/new", data=FORM | {"funder_id": step.id, "goals-0-team_id": team_id})
    assert response.status_code == 303
    page = clara.get(response.headers["Location"]).text
    assert "at this pace 0 of 100 by Sep 30" in page
    assert "due Jan 30" in page
    assert (count(Award), count(AwardReport), count(AwardGoal)) == (1, 1, 1)
    assert "STEP-26" in clara.get("/funding/awards/").text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"to_on": "09/30/2026"}, "on or after the start date"),
        ({"reports-0-due_on": ""}, "Enter a due date."),
        ({"reports-0-name": ""}, "Enter a name."),
        ({"goals-0-target": "0"}, "Enter a number above 0."),
        ({"number": ""}, "This field is required."),
    ],
)
def test_invalid_award_is_refused_with_its_text(client, people, step, change, message):
    response = client.login_as("nora").post("/funding/awards/new", data=FORM | {"funder_id": step.id} | change)
    assert (response.status_code, message in response.text, count(Award)) == (422, True, 0)


def test_manager_keeps_the_goals_of_other_teams(client, actor, award, step, session):
    bay, inland = actor("boris").first_team_id, actor("anna").first_team_id
    row = award((GoalMeasure.clients, bay, None, 4711), (GoalMeasure.clients, inland, None, 1))
    clara = client.login_as("clara")
    assert "4711" not in clara.get(f"/funding/awards/{row.id}/edit").text
    data = FORM | {"funder_id": step.id, "goals-0-team_id": inland, "goals-0-target": "9", "version": row.version}
    assert clara.post(f"/funding/awards/{row.id}/edit", data=data).status_code == 303
    session.expire_all()
    assert set(session.execute(sa.select(AwardGoal.team_id, AwardGoal.target)).all()) == {(bay, 4711), (inland, 9)}


def test_reports_of_one_name_are_due_on_several_days(client, award, step, session):
    row, nora = award(), client.login_as("nora")
    rows = {
        "reports-0-name": "Quarterly report",
        "reports-1-name": "Quarterly report",
        "reports-1-due_on": "04/30/2027",
    }
    data = FORM | rows | {"funder_id": step.id, "version": row.version}
    assert nora.post(f"/funding/awards/{row.id}/edit", data=data).status_code == 303
    session.expire_all()
    sent = data | {"reports-0-sent_on": "01/28/2027", "version": row.version}
    assert nora.post(f"/funding/awards/{row.id}/edit", data=sent).status_code == 303
    stmt = sa.select(AwardReport.name, AwardReport.due_on, AwardReport.sent_on).order_by(AwardReport.due_on)
    assert session.execute(stmt).all() == [
        ("Quarterly report", date(2027, 1, 30), date(2027, 1, 28)),
        ("Quarterly report", date(2027, 4, 30), None),
    ]


def test_goal_that_someone_added_meanwhile_is_not_deleted(client, award, step, session):
    row = award()
    url, data = f"/funding/awards/{row.id}/edit", FORM | {"funder_id": step.id}
    nora = client.login_as("nora")
    assert nora.post(url, data=data | {"version": row.version}).status_code == 303
    data["version"] = row.version
    more = {"goals-1-measure": "jobs", "goals-1-target": "5"}
    assert nora.post(url, data=data | more).status_code == 303
    late = client.login_as("clara").post(url, data=data | {"goals-0-target": "90"})
    assert (late.status_code, count(AwardGoal)) == (409, 2)


def test_two_goals_of_the_same_measure_team_and_counselor_are_refused(client, people, step):
    data = FORM | {"funder_id": step.id, "goals-1-measure": "clients", "goals-1-target": "50"}
    response = client.login_as("nora").post("/funding/awards/new", data=data)
    assert (response.status_code, "Enter each goal once" in response.text, count(Award)) == (422, True, 0)


def test_rules_of_a_funder_are_set_and_shown(client, people, award, step, session):
    row = award()
    nora = client.login_as("nora")
    data = {"rules-0-requirement": "naics", "rules-0-is_required": "y", "rules-0-from_on": "10/01/2026"}
    assert nora.post(f"/funding/funders/{step.id}/rules", data=data | {"version": step.version}).status_code == 303
    assert session.scalars(sa.select(FunderRule.requirement)).all() == [Missing.naics]
    assert "NAICS" in nora.get(f"/funding/awards/{row.id}").text
    late = data | {"rules-0-to_on": "09/01/2026", "version": step.version}
    assert nora.post(f"/funding/funders/{step.id}/rules", data=late).status_code == 422


RULE = {
    "rules-0-requirement": "naics",
    "rules-0-is_required": "y",
    "rules-0-from_on": "10/01/2026",
    "rules-0-to_on": "",
    "rules-0-source": "",
}


def test_rules_that_someone_changed_meanwhile_are_not_overwritten(client, people, step, session):
    url = f"/funding/funders/{step.id}/rules"
    assert client.login_as("nora").post(url, data=RULE | {"version": step.version}).status_code == 303
    data = RULE | {"version": step.version}
    unchecked = {name: value for name, value in data.items() if name != "rules-0-is_required"}
    assert client.login_as("clara").post(url, data=unchecked).status_code == 303
    late = client.login_as("nora").post(url, data=data | {"changed_inputs": "changed_inputs rules-0-source"})
    assert late.status_code == 409
    assert session.scalars(sa.select(FunderRule.is_required)).all() == [False]
    assert client.post(url, data=submitted_values(late.text, "") | {"rules-0-is_required": "y"}).status_code == 303
    assert session.scalars(sa.select(FunderRule.is_required)).all() == [True]


@pytest.mark.parametrize(("name", "text"), [("clara", "Someone else updated"), ("nora", "in another tab or window")])
@pytest.mark.parametrize("page", ["award", "rules"])
def test_conflict_says_who_changed_the_goals_or_rules(client, award, step, session, page, name, text):
    row = award() if page == "award" else step
    url = f"/funding/awards/{row.id}/edit" if page == "award" else f"/funding/funders/{step.id}/rules"
    data = FORM | {"funder_id": step.id} if page == "award" else RULE
    change = {"goals-0-target": "90"} if page == "award" else {"rules-0-source": "Letter"}

    def save(user, **values):
        return client.login_as(user).post(url, data=data | values)

    assert save("nora", version=row.version).status_code == 303
    session.expire_all()
    version = row.version
    assert save(name, version=version, **change).status_code == 303
    late = save("nora", version=version)
    assert (late.status_code, text in late.text) == (409, True)


def test_unchanged_rules_show_what_someone_saved_meanwhile(client, people, step, session):
    url = f"/funding/funders/{step.id}/rules"
    data = RULE | {"version": step.version}
    assert client.login_as("clara").post(url, data=data | {"rules-0-source": "Letter"}).status_code == 303
    late = client.login_as("nora").post(url, data=data | {"changed_inputs": "changed_inputs"})
    assert late.status_code == 409
    assert "now show the saved values: Rules that differ from the usual ones" in late.text
    assert submitted_values(late.text, "")["rules-0-source"] == ["Letter"]


def test_counselors_read_and_the_china_desk_does_not(client, people, award, step):
    row = award()
    anna = client.login_as("anna")
    assert anna.get(f"/funding/awards/{row.id}").status_code == 200
    assert anna.get(f"/funding/awards/{row.id}/edit").status_code == 403
    assert anna.post(f"/funding/funders/{step.id}/rules", data={}).status_code == 403
    assert client.login_as("shen").get("/funding/awards/").status_code == 403
