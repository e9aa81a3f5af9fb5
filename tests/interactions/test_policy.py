"""Split of minutes, countable sessions, and silence."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from crm.interactions import counting, policy
from crm.interactions.counting import REQUIRED, CountFacts, RequiredFact, SessionFacts, UncountedReason
from crm.interactions.policy import (
    InteractionOutcome,
    InteractionState,
    InteractionType,
    SessionType,
)

DAY = date(2026, 12, 8)
FULL = CountFacts(
    agreement_on=date(2026, 1, 5),
    county="Fresno",
    legal_form="llc",
    founded_on=2015,
    staff=0,
    sales=0,
    funder="step",
)
SESSION = SessionFacts(
    DAY, InteractionState.held, InteractionOutcome.talked, SessionType.telephone, 20, 0, countable=True
)


@pytest.mark.parametrize(
    ("total", "parts", "shares"),
    [(60, 3, [20, 20, 20]), (50, 3, [17, 17, 16]), (2, 3, [1, 1, 0]), (0, 2, [0, 0]), (45, 1, [45])],
)
def test_split_minutes_sums_to_the_total(total, parts, shares):
    assert policy.split_minutes(total, parts) == shares
    assert sum(shares) == total


@pytest.mark.parametrize(("total", "parts"), [(10, 0), (-1, 2)])
def test_split_minutes_refuses_impossible_values(total, parts):
    with pytest.raises(ValueError, match="minutes"):
        policy.split_minutes(total, parts)


@pytest.mark.parametrize(("minutes", "length"), [(20, 20), (None, 60), (0, 60)])
def test_appointment_without_a_length_takes_an_hour(minutes, length):
    start = datetime(2026, 3, 10, 17)
    assert policy.end_of(start, minutes) - start == timedelta(minutes=length)


def test_client_without_facts_misses_everything():
    assert counting.missing_requirements(CountFacts(), DAY) == REQUIRED


def test_zero_counts_as_a_fact():
    assert counting.missing_requirements(FULL, DAY) == ()


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"agreement_on": None}, RequiredFact.agreement),
        ({"agreement_on": date(2026, 12, 9)}, RequiredFact.agreement),
        ({"agreement_until": date(2026, 12, 7)}, RequiredFact.agreement),
        ({"county": None}, RequiredFact.county_or_zip),
        ({"legal_form": ""}, RequiredFact.legal_form),
        ({"founded_on": None}, RequiredFact.founded),
        ({"staff": None}, RequiredFact.staff),
        ({"sales": None}, RequiredFact.sales),
        ({"funder": None}, RequiredFact.funder),
    ],
)
def test_each_missing_fact_is_reported(change, missing):
    assert counting.missing_requirements(replace(FULL, **change), DAY) == (missing,)


def test_zip_replaces_county_and_agreement_includes_its_last_day():
    facts = replace(FULL, county=None, zip_code="93721", agreement_until=DAY)
    assert counting.missing_requirements(facts, DAY) == ()


def test_session_with_all_facts_counts():
    assert counting.why_not_counted(SESSION, FULL) == ()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"state": InteractionState.planned}, UncountedReason.not_held),
        ({"reached": InteractionOutcome.message_left}, UncountedReason.not_reached),
        ({"reached": None}, UncountedReason.not_reached),
        ({"contact_minutes": 0, "prep_minutes": 30}, UncountedReason.no_time),
        ({"session_type": SessionType.update_only}, UncountedReason.update_only),
        ({"countable": False}, UncountedReason.not_substantive),
    ],
)
def test_each_reason_prevents_counting(change, why):
    session = replace(SESSION, **change)
    assert counting.why_not_counted(session, FULL) == (why,)


def test_preparation_counts_without_reaching_anyone():
    session = replace(SESSION, session_type=SessionType.prepare_only, reached=None, contact_minutes=0, prep_minutes=30)
    assert counting.why_not_counted(session, FULL) == ()
    assert counting.why_not_counted(replace(session, prep_minutes=0), FULL) == (UncountedReason.no_time,)


def test_session_reasons_come_before_missing_facts():
    reasons = counting.why_not_counted(replace(SESSION, countable=False), replace(FULL, funder=None))
    assert reasons == (UncountedReason.not_substantive, RequiredFact.funder)


def test_client_is_long_term_from_five_hours():
    assert (policy.is_long_term(299), policy.is_long_term(300)) == (False, True)


def test_session_type_follows_from_the_type():
    assert {kind.value: policy.default_session_type(kind).sba for kind in InteractionType} == {
        "meeting": "Face-to-face",
        "call": "Telephone",
        "email": "Online",
        "wechat": "Online",
        "visit": "Face-to-face",
        "introduction": "Face-to-face",
        "session": "Face-to-face",
        "lead": "Update Only",
        "note": "Update Only",
    }


def test_interaction_without_a_known_time_shows_its_local_date():
    moment, wall = datetime.fromisoformat("2026-03-09T23:00:00+00:00"), datetime(2026, 3, 10, 7)
    assert policy.date_or_moment(moment, wall, time_known=True) == moment
    assert policy.date_or_moment(moment, wall, time_known=False) == date(2026, 3, 10)
