"""Pages of awards, goals and rules: forms, refusals and conflicts."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.funding.models import Award, AwardGoal, AwardReport, FunderRule
from crm.funding.policy.awards import GoalMeasure
from crm.interactions.counting import RequiredFact
from tests.tools.pages import submitted_values
from tests.tools.rows import count

FIRST, LAST = date(2026, 10, 1), date(2027, 9, 30)


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
        ({"reports-0-due_on": "soon"}, "There is 1 problem"),
        ({"reports-0-name": ""}, "Enter a name."),
        ({"goals-0-target": "0"}, "Enter a number above 0."),
        ({"goals-0-target": "0.004"}, "Enter a number above 0."),
        ({"amount": "-5"}, "Enter a number of at least 0."),
        ({"number": ""}, "This field is required."),
    ],
)
def test_invalid_award_is_refused_with_its_text(client, people, step, change, message):
    response = client.login_as("nora").post("/funding/awards/new", data=FORM | {"funder_id": step.id} | change)
    assert (response.status_code, message in response.text, count(Award)) == (422, True, 0)


def test_manager_keeps_the_goals_of_other_teams(client, actor, award_with, step, session):
    bay, inland = actor("boris").first_team_id, actor("anna").first_team_id
    row = award_with((GoalMeasure.clients, bay, None, 4711), (GoalMeasure.clients, inland, None, 1))
    clara = client.login_as("clara")
    assert "4711" not in clara.get(f"/funding/awards/{row.id}/edit").text
    data = FORM | {"funder_id": step.id, "goals-0-team_id": inland, "goals-0-target": "9", "version": row.version}
    assert clara.post(f"/funding/awards/{row.id}/edit", data=data).status_code == 303
    session.expire_all()
    assert set(session.execute(sa.select(AwardGoal.team_id, AwardGoal.target)).all()) == {(bay, 4711), (inland, 9)}


def test_reports_of_one_name_are_due_on_several_days(client, award_with, step, session):
    row, nora = award_with(), client.login_as("nora")
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


def test_report_keeps_its_row_and_two_of_one_name_and_day_stay_two(client, award_with, session):
    due = {"name": "Final report", "due_on": date(2027, 9, 30), "sent_on": None}
    row, nora = award_with(reports=[due, due]), client.login_as("nora")
    ids = session.scalars(sa.select(AwardReport.id).order_by(AwardReport.id)).all()
    url = f"/funding/awards/{row.id}/edit"
    page = nora.get(url).text
    assert all(f'name="reports-{n}-id" type="hidden" value="{i}"' in page for n, i in enumerate(ids))
    data = FORM | {"funder_id": row.funder_id, "version": row.version}
    for number, name in enumerate(("Final report", "Financial report")):
        report = {"id": ids[number], "name": name, "due_on": "09/30/2027"}
        data |= {f"reports-{number}-{key}": value for key, value in report.items()}
    assert nora.post(url, data=data).status_code == 303
    session.expire_all()
    stmt = sa.select(AwardReport.id, AwardReport.name).order_by(AwardReport.id)
    assert session.execute(stmt).all() == [(ids[0], "Final report"), (ids[1], "Financial report")]


def test_row_with_the_report_of_another_award_is_a_new_one(client, award_with, session):
    due = {"name": "Final report", "due_on": date(2027, 9, 30), "sent_on": None}
    other, row = award_with(reports=[due]), award_with()
    data = FORM | {"funder_id": row.funder_id, "version": row.version}
    data["reports-0-id"] = session.scalars(sa.select(AwardReport.id)).one()
    assert client.login_as("nora").post(f"/funding/awards/{row.id}/edit", data=data).status_code == 303
    session.expire_all()
    stmt = sa.select(AwardReport.award_id, AwardReport.name).order_by(AwardReport.id)
    assert session.execute(stmt).all() == [(other.id, "Final report"), (row.id, "Q1")]


def test_goal_that_someone_added_meanwhile_is_not_deleted(client, award_with, step, session):
    row = award_with()
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


def test_rules_of_a_funder_are_set_and_shown(client, people, award_with, step, session):
    row = award_with()
    nora = client.login_as("nora")
    data = {"rules-0-requirement": "naics", "rules-0-is_required": "y", "rules-0-from_on": "10/01/2026"}
    assert nora.post(f"/funding/funders/{step.id}/rules", data=data | {"version": step.version}).status_code == 303
    assert session.scalars(sa.select(FunderRule.requirement)).all() == [RequiredFact.naics]
    assert "NAICS" in nora.get(f"/funding/awards/{row.id}").text
    late = data | {"rules-0-to_on": "09/01/2026", "version": step.version}
    assert nora.post(f"/funding/funders/{step.id}/rules", data=late).status_code == 422


@pytest.mark.parametrize("field", ["source", "to_on"])
def test_rule_without_a_start_date_is_refused_if_something_was_entered(client, people, step, field):
    data = {f"rules-0-{field}": "10/01/2027", "rules-0-requirement": "naics", "version": step.version}
    refused = client.login_as("nora").post(f"/funding/funders/{step.id}/rules", data=data)
    assert (refused.status_code, "Enter a start date." in refused.text, count(FunderRule)) == (422, True, 0)


RULE = {
    "rules-0-requirement": "naics",
    "rules-0-is_required": "y",
    "rules-0-from_on": "10/01/2026",
    "rules-0-to_on": "",
    "rules-0-source": "",
}


def test_second_rule_for_a_fact_from_the_same_day_is_refused(client, people, step, session):
    nora, url = client.login_as("nora"), f"/funding/funders/{step.id}/rules"
    first = {"rules-0-requirement": "naics", "rules-0-is_required": "y", "rules-0-from_on": "10/01/2026"}
    data = first | {"rules-1-requirement": "naics", "rules-1-from_on": "10/01/2026", "version": step.version}
    refused = nora.post(url, data=data)
    assert (refused.status_code, count(FunderRule)) == (422, 0)
    assert "There is 1 problem" in refused.text
    assert "Enter each rule once: two have the same requirement and start date." in refused.text
    assert nora.post(url, data=data | {"rules-1-from_on": "10/02/2026"}).status_code == 303
    assert count(FunderRule) == 2


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
def test_conflict_says_who_changed_the_goals_or_rules(client, award_with, step, session, page, name, text):
    row = award_with() if page == "award" else step
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


def test_counselors_read_and_the_china_desk_does_not(client, people, award_with, step):
    row = award_with()
    anna = client.login_as("anna")
    assert anna.get(f"/funding/awards/{row.id}").status_code == 200
    assert anna.get(f"/funding/awards/{row.id}/edit").status_code == 403
    assert anna.post(f"/funding/funders/{step.id}/rules", data={}).status_code == 403
    assert client.login_as("shen").get("/funding/awards/").status_code == 403
