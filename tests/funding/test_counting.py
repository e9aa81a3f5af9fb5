"""Which facts a funder requires on a day, and why sessions don't count."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from crm.funding.models import FunderRule
from crm.funding.policy.counting import REASON_TEXTS, FunderRuleRow, find_requirements
from crm.funding.queries.months import load_month
from crm.funding.queries.sessions import SessionMinutes, list_sessions
from crm.interactions.counting import REQUIRED, RequiredFact, UncountedReason
from crm.interactions.policy import InteractionOutcome, InteractionState, SessionType
from crm.interactions.services import ClientMinutes
from tests.factories import client_of, make_confidential

from .conftest import WALL, complete_client

DAY = date(2026, 12, 7)


@pytest.mark.parametrize(
    ("rules", "difference"),
    [
        ([], set()),
        ([(1, RequiredFact.naics, True, DAY, None)], {RequiredFact.naics}),
        ([(1, RequiredFact.sales, False, DAY, None)], {RequiredFact.sales}),
        ([(2, RequiredFact.naics, True, DAY, None)], set()),
        ([(1, RequiredFact.naics, True, date(2026, 12, 8), None)], set()),
        ([(1, RequiredFact.naics, True, date(2026, 1, 1), date(2026, 12, 6))], set()),
        ([(1, RequiredFact.naics, True, date(2026, 1, 1), DAY)], {RequiredFact.naics}),
        ([(1, RequiredFact.naics, False, DAY, None), (1, RequiredFact.naics, True, date(2026, 1, 1), None)], set()),
    ],
)
def test_rules_of_the_funder_on_that_day_add_and_remove_requirements(rules, difference):
    required = find_requirements([FunderRuleRow(*rule) for rule in rules], 1, DAY)
    assert set(required) ^ set(REQUIRED) == difference


def test_every_reason_has_words():
    assert set(REASON_TEXTS) == {*UncountedReason, *RequiredFact}


def test_complete_session_counts_with_its_minutes(anna, client_firm, session_for):
    complete_client(client_firm)
    row = session_for(client_firm, contact=45, prep=15, travel=10)
    session = list_sessions(anna, DAY, DAY, interaction=row.id)[0]
    assert (session.reasons, session.minutes.total, session.funder) == ((), 70, "State Trade Expansion Program")
    assert session.by_user[anna.id].contact == 45


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"contact": 0}, UncountedReason.no_time),
        ({"session_type": SessionType.update_only}, UncountedReason.update_only),
        ({"countable": False}, UncountedReason.not_substantive),
        ({"reached": InteractionOutcome.no_answer}, UncountedReason.not_reached),
        ({"funder": None}, RequiredFact.funder),
        ({"wall": datetime(2025, 12, 7, 14, 0)}, RequiredFact.agreement),
    ],
)
def test_what_a_session_lacks_is_its_reason(anna, client_firm, session_for, change, reason):
    complete_client(client_firm)
    row = session_for(client_firm, **change)
    session = list_sessions(anna, row.wall.date(), row.wall.date())[0]
    assert reason in session.reasons


def test_rule_of_a_funder_applies_to_its_sessions_only(anna, client_firm, session_for, step, session):
    complete_client(client_firm)
    session_for(client_firm)
    session.add(FunderRule(funder_id=step.id, requirement=RequiredFact.english_line, from_on=DAY))
    session.flush()
    assert list_sessions(anna, DAY, DAY)[0].reasons == (RequiredFact.english_line,)


def test_facts_of_the_day_of_the_session_decide(anna, client_firm, session_for):
    complete_client(client_firm, DAY)
    session_for(client_firm, wall=datetime(2026, 12, 6, 9, 0))
    session_for(client_firm)
    reasons = [session.reasons for session in list_sessions(anna, date(2026, 12, 1), DAY)]
    assert reasons == [(RequiredFact.agreement, RequiredFact.staff, RequiredFact.sales), ()]


def test_china_desk_knows_neither_funders_nor_sales(actor, client_firm, session_for):
    session_for(client_firm, funder=None)
    session = list_sessions(actor("shen"), DAY, DAY)[0]
    assert not {RequiredFact.funder, RequiredFact.sales} & set(session.reasons)
    assert (session.funder_id, session.funder) == (None, "")


def test_sessions_of_other_teams_and_confidential_ones_are_left_out(actor, client_firm, session_for):
    row = session_for(client_firm)
    assert list_sessions(actor("boris"), DAY, DAY) == []
    make_confidential(row)
    assert [len(list_sessions(actor(name), DAY, DAY)) for name in ("anna", "dora")] == [1, 0]


def test_month_has_the_sessions_of_its_local_days(anna, client_firm, session_for):
    for wall in (datetime(2026, 11, 30, 23, 50), datetime(2026, 12, 1, 0, 10), datetime(2026, 12, 8, 7, 0)):
        session_for(client_firm, wall=wall)
    assert [x.wall.day for x in load_month(anna, anna.id, DAY).sessions] == [1, 8]


def test_month_sums_own_minutes_by_funder(anna, actor, client_firm, session_for, log, step):
    complete_client(client_firm)
    session_for(client_firm, contact=45, prep=15)
    other = client_of("Inland", "Bay Cold Chain")
    session_for(other, contact=30, funder=None)
    log(WALL, by=actor("dora"), staff_ids=[actor("dora").id], clients=[ClientMinutes(client_firm.id, 500)])
    month = load_month(anna, anna.id, DAY)
    assert [(row.name, row.counted.total, row.other.total, row.sessions) for row in month.funders] == [
        ("State Trade Expansion Program", 60, 0, 1),
        ("", 0, 30, 0),
    ]
    assert [row.client_ids for row in month.funders] == [{client_firm.id}, set()]
    assert month.sum_minutes(month.counted) == SessionMinutes(45, 15, 0)
    assert month.sum_minutes(month.sessions) == SessionMinutes(75, 15, 0)


def test_planned_session_is_not_held(anna, client_firm, session_for):
    complete_client(client_firm)
    session_for(client_firm, contact=0, state=InteractionState.planned)
    assert list_sessions(anna, DAY, DAY)[0].reasons == (UncountedReason.not_held,)


def test_canceled_sessions_are_left_out_and_updates_lack_nothing_else(anna, client_firm, session_for):
    session_for(client_firm, contact=0, state=InteractionState.canceled)
    session_for(client_firm, contact=0, funder=None, session_type=SessionType.update_only)
    assert [x.reasons for x in list_sessions(anna, DAY, DAY)] == [(UncountedReason.update_only,)]
