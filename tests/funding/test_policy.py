"""Rules about funders: pace of goals, required facts, rights, eligibility, and the form of military service."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crm.core.policy import SYSTEM, Actor, Limit, Role
from crm.funding.policy.awards import find_pace
from crm.funding.policy.counting import FunderRuleRow, find_requirements, visible_reasons
from crm.funding.policy.form641 import MilitaryStatus
from crm.funding.policy.rights import edits_awards, may_choose_counselor, sees_funders, sees_goal
from crm.funding.policy.step import (
    AssistanceState,
    EligibilityFacts,
    ReferralPartner,
    check_eligibility,
    is_report_open,
)
from crm.interactions.counting import REQUIRED, RequiredFact, UncountedReason

pytestmark = pytest.mark.one_engine

FIRST, LAST = date(2026, 10, 1), date(2027, 9, 30)
TEAM = frozenset({7})
DESK = Actor(id=1, role=Role.manager, team_ids=TEAM, limits=frozenset({Limit.china_desk}))


@pytest.mark.parametrize(
    ("actual", "today", "projected", "percent", "behind"),
    [
        (0, date(2026, 9, 30), None, 0, False),
        (1, FIRST, 365, 1, False),
        (10, date(2026, 12, 11), 51, 10, True),  # 72 of 365 days
        (50, LAST, 50, 50, True),
        (50, date(2028, 1, 1), 50, 50, True),
        (99, LAST, 99, 99, True),
        (100, LAST, 100, 100, False),
        (120, date(2026, 12, 11), 608, 100, False),
    ],
)
def test_pace_of_a_goal_projects_the_days_so_far(actual, today, projected, percent, behind):
    pace = find_pace(Decimal(100), Decimal(actual), FIRST, LAST, today)
    assert (pace.projected, pace.percent, pace.is_behind) == (projected, percent, behind)
    assert pace.is_reached is (actual >= 100)


def test_goal_of_nothing_is_reached():
    assert find_pace(Decimal(0), Decimal(0), FIRST, LAST, FIRST).percent == 100


def test_rules_of_a_funder_add_and_remove_required_facts_by_day():
    rules = [
        FunderRuleRow(1, RequiredFact.naics, is_required=True, from_on=date(2026, 1, 1), to_on=None),
        FunderRuleRow(1, RequiredFact.sales, is_required=False, from_on=date(2026, 1, 1), to_on=date(2026, 6, 30)),
        FunderRuleRow(2, RequiredFact.english_line, is_required=True, from_on=date(2025, 1, 1), to_on=None),
    ]
    assert find_requirements(rules, 1, date(2025, 12, 31)) == REQUIRED
    assert set(find_requirements(rules, 1, date(2026, 6, 30))) == {*REQUIRED, RequiredFact.naics} - {RequiredFact.sales}
    assert set(find_requirements(rules, 1, date(2026, 7, 1))) == {*REQUIRED, RequiredFact.naics}
    assert find_requirements(rules, None, date(2026, 7, 1)) == REQUIRED


def test_later_rule_for_a_fact_wins():
    begins, ends = (
        FunderRuleRow(1, RequiredFact.naics, is_required=is_required, from_on=day, to_on=None)
        for day, is_required in ((date(2026, 1, 1), True), (date(2026, 7, 1), False))
    )
    for rules in ([begins, ends], [ends, begins]):
        assert RequiredFact.naics in find_requirements(rules, 1, date(2026, 6, 30))
        assert RequiredFact.naics not in find_requirements(rules, 1, date(2026, 7, 1))


def test_hidden_reasons_are_left_out():
    reasons = (UncountedReason.not_held, RequiredFact.funder, RequiredFact.sales)
    assert visible_reasons(reasons, {RequiredFact.funder, RequiredFact.sales}) == (UncountedReason.not_held,)


def test_managers_and_administrators_see_other_counselors_and_edit_awards():
    actors = {role: Actor(id=1, role=role, team_ids=TEAM) for role in Role}
    assert {role for role, user in actors.items() if may_choose_counselor(user)} == set(Role) - {Role.staff}
    assert {role for role, user in actors.items() if edits_awards(user)} == set(Role) - {Role.staff}
    assert edits_awards(SYSTEM)


def test_china_desk_sees_no_funders():
    assert not sees_funders(DESK)
    assert not edits_awards(DESK)
    assert sees_funders(Actor(id=1))


@pytest.mark.parametrize(
    ("team_id", "user_id", "staff", "manager"),
    [
        (None, None, True, True),
        (7, None, True, True),
        (7, 1, True, True),
        (7, 2, False, True),
        (8, None, False, False),
        (8, 1, False, False),
    ],
)
def test_goals_of_own_teams_are_seen_and_those_of_colleagues_by_managers(team_id, user_id, staff, manager):
    assert sees_goal(Actor(id=1, role=Role.staff, team_ids=TEAM), team_id, user_id) is staff
    assert sees_goal(Actor(id=1, role=Role.manager, team_ids=TEAM), team_id, user_id) is manager
    assert sees_goal(Actor(id=9, role=Role.network_manager), team_id, user_id)


DAY = date(2026, 3, 10)
GOOD = {"country": "US", "founded_on": date(2025, 3, 10), "us_content": Decimal(51), "naics": "334513"}


@pytest.mark.parametrize(
    ("changes", "results"),
    [
        ({}, ["met", "met", "met"]),
        ({"founded_on": date(2025, 3, 11)}, ["met", "failed", "met"]),
        ({"us_content": Decimal("50.9")}, ["met", "met", "failed"]),
        ({"country": "MX"}, ["failed", "met", "met"]),
        ({"country": None, "founded_on": None, "us_content": None}, ["unknown"] * 3),
    ],
)
def test_eligibility_is_read_from_the_client_or_to_verify(changes, results):
    tests = check_eligibility(EligibilityFacts(**GOOD | changes, staff=None), DAY)
    assert [test.result.value for test in tests] == [*results, "unknown", "unknown", "unknown"]
    assert all((test.advice is None) == (test.result.value != "unknown") for test in tests)


@pytest.mark.parametrize(("naics", "start"), [("334513", "Compare staff"), (None, "Enter the NAICS code")])
def test_size_standard_needs_the_industry(naics, start):
    facts = EligibilityFacts(**GOOD | {"naics": naics}, staff=None)
    assert str(check_eligibility(facts, DAY)[3].advice).startswith(start)


def test_report_is_open_until_received_unless_nothing_was_granted():
    states = {state.value for state in AssistanceState if is_report_open(state, DAY, None)}
    assert states == {"requested", "approved", "completed", "paid"}
    assert not is_report_open(AssistanceState.paid, DAY, DAY)
    assert not is_report_open(AssistanceState.paid, None, None)


def test_branch_of_service_is_for_those_who_served():
    without = {status.value for status in MilitaryStatus if not status.has_branch}
    assert without == {"none", "spouse", "not_said"}


def test_partners_are_abbreviated_in_columns_where_an_abbreviation_is_usual():
    assert [str(partner.short_label) for partner in (ReferralPartner.exim, ReferralPartner.mep)] == [
        "EXIM",
        "Manufacturing Extension Partnership",
    ]
