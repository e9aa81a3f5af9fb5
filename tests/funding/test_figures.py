"""What an award counts: first and last days, teams, and money; and which awards, reports and rules are listed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crm.core.errors import Forbidden, Invalid, NotFound
from crm.funding.models import Assistance, AwardReport, FunderRule
from crm.funding.policy.awards import GoalMeasure
from crm.funding.queries.assistance import ClientReportRow, list_parts, sum_assistance
from crm.funding.queries.awards import award_choices, list_awards, list_started_awards
from crm.funding.queries.filing import find_filed_with, get_filed, list_filed, list_reports_with
from crm.funding.queries.goals import load_goals
from crm.funding.queries.rules import list_rules
from crm.funding.services.assistance import remove_part, save_part
from crm.funding.services.awards import save_award, save_rules
from crm.funding.services.filing import file_report
from crm.funding.services.session_facts import add_session_facts
from crm.impact.policy import Confirmation, MilestoneKind, MilestoneStatus
from crm.impact.services import add_milestone
from crm.interactions.counting import RequiredFact
from crm.interactions.models import InteractionClient
from crm.reference.models import Funder
from tests.factories import client_of

from .conftest import QUARTER, complete_client

FIRST, LAST = date(2026, 10, 1), date(2027, 9, 30)
TODAY = date(2026, 12, 8)


@pytest.fixture
def award_of(actor, step):
    """Return a function that makes an award."""

    def make(funder=step, number="STEP-26", from_on=FIRST, to_on=LAST, goals=(), reports=()):
        values = {"funder_id": funder.id, "number": number, "from_on": from_on, "to_on": to_on}
        return save_award(actor("nora"), values | {"goals": list(goals), "reports": list(reports)})

    return make


@pytest.fixture
def ita(session):
    """Return another funder, whose award is over."""
    row = Funder(code="ITA", name="Trade Administration", from_on=date(2024, 1, 1), to_on=date(2026, 12, 6))
    session.add(row)
    session.flush()
    return row


def goal(measure, team_id=None, user_id=None, target=10):
    return {"measure": measure, "team_id": team_id, "user_id": user_id, "target": target}


@pytest.mark.parametrize(
    ("begins", "is_new"),
    [
        (date(2026, 9, 30), False),
        (FIRST, True),
        (date(2026, 12, 7), True),
    ],
)
def test_new_client_signed_first_in_the_period_of_the_award(actor, award_of, client_firm, session_for, begins, is_new):
    complete_client(client_firm, begins)
    session_for(client_firm)
    (row,) = load_goals(actor("nora"), award_of(goals=[goal(GoalMeasure.new_clients)]))
    assert row.pace.actual == is_new


def test_milestones_of_the_period_the_funder_the_team_and_the_counselor(anna, actor, award_of, client_firm, step, ita):
    bay, contract, sale = client_of("Bay", "Bay firm"), MilestoneKind.contract, MilestoneKind.export_sale
    for client, day, funder, kind, jobs in (
        (client_firm, FIRST, step, sale, 2),
        (client_firm, TODAY, step, sale, None),
        (client_firm, date(2026, 9, 30), step, sale, 4),
        (client_firm, TODAY, ita, sale, 8),
        (bay, TODAY, step, sale, 16),
        (client_firm, TODAY, step, contract, 32),
    ):
        values = {"client_id": client.id, "title": "Sale", "type": kind, "status": MilestoneStatus.actual}
        values |= {"amount": Decimal(1000), "currency": "USD", "jobs": jobs, "on": day, "reported_on": day}
        values |= {"funder_id": funder.id, "confirmed_on": day, "confirmed_how": Confirmation.email}
        add_milestone(actor("boris") if client is bay else anna, values)
    inland, dora = anna.first_team_id, actor("dora")
    goals = [goal(measure, team) for measure in (GoalMeasure.export_sales, GoalMeasure.jobs) for team in (None, inland)]
    rows = load_goals(actor("nora"), award_of(goals=[*goals, goal(GoalMeasure.jobs, inland, dora.id)]))
    assert {(x.goal.measure, x.team, x.user): x.pace.actual for x in rows} == {
        (GoalMeasure.export_sales, None, None): 3000,
        (GoalMeasure.export_sales, "Inland", None): 2000,
        (GoalMeasure.jobs, None, None): 50,
        (GoalMeasure.jobs, "Inland", None): 34,
        (GoalMeasure.jobs, "Inland", dora.name): 0,
    }
    assert [(x.team, x.user) for x in rows[-3:]] == [("Inland", None), ("Inland", None), ("Inland", dora.name)]


def test_awards_are_listed_with_their_own_funder_and_next_report(award_of, step, ita, session):
    reports = [{"name": f"Q{n}", "due_on": date(2027, n, 30), "sent_on": None} for n in (3, 1, 4)]
    current = award_of(reports=[*reports, {"name": "Q0", "due_on": date(2026, 10, 30), "sent_on": TODAY}])
    older = award_of(ita, "ITA-24", date(2024, 1, 1), TODAY)
    later = award_of(step, "STEP-27", date(2026, 12, 9), date(2028, 9, 30))
    rows = list_awards()
    assert [(x.award.id, x.funder) for x in rows] == [
        (later.id, step.name),
        (current.id, step.name),
        (older.id, "Trade Administration"),
    ]
    assert [x.report.name if x.report else None for x in rows] == [None, "Q1", None]
    assert [name for _id, name in award_choices()] == [
        "State Trade Expansion Program STEP-27",
        "State Trade Expansion Program STEP-26",
        "Trade Administration ITA-24",
    ]
    started = [(current.id, "State Trade Expansion Program STEP-26"), (older.id, "Trade Administration ITA-24")]
    assert [(x.id, x.name) for x in list_started_awards(TODAY)] == started
    assert [x.id for x in list_started_awards(date(2026, 12, 9))] == [later.id, current.id, older.id]
    assert session.query(AwardReport).count() == 4


def test_rules_of_a_funder_are_its_own_the_newest_first(step, ita, session):
    rows = [
        FunderRule(funder_id=funder.id, requirement=RequiredFact.naics, is_required=True, from_on=day)
        for funder, day in ((step, FIRST), (step, TODAY), (ita, FIRST))
    ]
    session.add_all(rows)
    session.flush()
    assert [x.id for x in list_rules(step.id)] == [rows[1].id, rows[0].id]


def test_rule_may_last_one_day(step):
    rule = {"requirement": RequiredFact.naics, "is_required": True, "from_on": FIRST, "to_on": FIRST}
    save_rules(step, [rule])
    with pytest.raises(Invalid):
        save_rules(step, [rule | {"to_on": date(2026, 9, 30)}])
    assert [(x.from_on, x.to_on) for x in list_rules(step.id)] == [(FIRST, FIRST)]


def test_assistance_of_a_client_is_listed_latest_first_and_removed_by_those_who_may_edit_it(actor, anna, client_firm):
    version = client_firm.version
    first, last = (
        save_part(
            anna, Assistance(), {"client_id": client_firm.id, "description": "Booth", "on": day, "report_due_on": due}
        )
        for day, due in ((FIRST, TODAY), (TODAY, None))
    )
    save_part(
        actor("boris"), Assistance(), {"client_id": client_of("Bay", "Bay firm").id, "description": "Trip", "on": TODAY}
    )
    rows = list_parts(Assistance, client_firm.id)
    assert ([x.id for x in rows], client_firm.version > version) == ([last.id, first.id], True)
    assert sum_assistance([ClientReportRow(x, "", None, None, None) for x in rows]).open_reports == 1
    version = client_firm.version
    with pytest.raises((NotFound, Forbidden)):
        remove_part(actor("boris"), first)
    assert (len(list_parts(Assistance, client_firm.id)), client_firm.version) == (2, version)
    first.report_received_on = TODAY
    assert sum_assistance([ClientReportRow(first, "", None, None, None)]).open_reports == 0
    remove_part(anna, first)
    assert ([x.id for x in list_parts(Assistance, client_firm.id)], client_firm.version > version) == ([last.id], True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, None),
        ({"first": FIRST, "last": date(2026, 12, 7)}, None),
        ({"last": TODAY}, "last"),
        ({"first": date(2026, 11, 10), "last": date(2026, 11, 10)}, None),
        ({"first": date(2026, 11, 11)}, "first"),
        ({"first": date(2026, 11, 11), "last": date(2026, 11, 10)}, "first"),
    ],
)
def test_report_is_filed_up_to_yesterday(actor, award, interaction, changes, field):
    if field is None:
        report = file_report(actor("nora"), award, QUARTER | changes)
        assert [x["interaction_id"] for x in report.sessions] == [interaction.id]
        return
    with pytest.raises(Invalid) as refused:
        file_report(actor("nora"), award, QUARTER | changes)
    assert refused.value.field == field


def test_report_needs_the_location_code(actor, award, interaction, session):
    award.location_code = None
    session.flush()
    with pytest.raises(Invalid, match="location code"):
        file_report(actor("nora"), award, QUARTER)


def test_filed_reports_are_those_of_ones_teams(actor, award, interaction, client_firm):
    network = file_report(actor("nora"), award, QUARTER)
    inland = file_report(actor("clara"), award, QUARTER | {"team_id": actor("clara").first_team_id})
    assert [x.id for x in list_filed(actor("nora"), award.id)] == [inland.id, network.id]
    assert [x.id for x in list_filed(actor("anna"), award.id)] == [inland.id]
    assert list_filed(actor("boris"), award.id) == list_filed(actor("nora"), award.id + 1) == []
    with pytest.raises(NotFound):
        get_filed(actor("boris"), inland.id)
    for ids in ([interaction.id], [client_firm.id]):
        assert [x.id for x in list_reports_with(ids)] == [network.id, inland.id]
    assert list_reports_with([interaction.counselor_id + 10_000]) == list_reports_with([]) == []
    assert [x.id for x in find_filed_with(actor("anna"), interaction.id)] == [inland.id]
    assert find_filed_with(actor("nora"), client_firm.id) == []


@pytest.mark.parametrize(("to_on", "is_refused"), [(date(2026, 12, 6), True), (date(2026, 12, 7), False)])
def test_award_of_the_funder_includes_the_day_of_the_session(
    anna, client_firm, session_for, ita, session, to_on, is_refused
):
    row, ita.to_on = session_for(client_firm, funder=None), to_on
    session.flush()
    if is_refused:
        with pytest.raises(Invalid):
            add_session_facts(anna, row.id, client_firm.id, anna.id, {"funder_id": ita.id})
    else:
        add_session_facts(anna, row.id, client_firm.id, anna.id, {"funder_id": ita.id})
    funder_id = session.get(InteractionClient, (row.id, client_firm.id)).funder_id
    assert funder_id == (None if is_refused else ita.id)


def test_goals_of_an_award_that_has_not_begun_are_not_judged(web, award_of):
    goals = [goal(GoalMeasure.clients)]
    awards = [award_of(number=f"Begins {day}", from_on=day, goals=goals) for day in (TODAY, date(2026, 12, 9))]
    pages = [web.get(f"/funding/awards/{award.id}").text for award in awards]
    texts = (
        "Missed at this pace: 1 goal.",
        "At this pace all goals will be reached.",
        "The award begins on Dec 9, 2026.",
    )
    assert [[text in page for text in texts] for page in pages] == [[True, False, False], [False, False, True]]


@pytest.mark.parametrize(("target", "text"), [(1, "Missed: 1 goal."), (0, "All goals were reached.")])
def test_goals_of_an_award_that_is_over_are_missed_or_reached(web, award_of, target, text):
    goals = [goal(GoalMeasure.clients) | {"target": target}]
    award = award_of(from_on=date(2025, 10, 1), to_on=date(2026, 9, 30), goals=goals)
    page = web.get(f"/funding/awards/{award.id}").text
    assert ("at this pace" not in page.lower(), "Were the goals reached?" in page, text in page) == (True, True, True)
    assert ("missed: 0 of 1" in page) is bool(target)
