"""Minutes, what counts, and what ends a silence."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from crm.interactions import policy
from crm.interactions.policy import (
    CountFacts,
    InteractionState,
    Kind,
    Missing,
    NotCounted,
    Reached,
    SessionFacts,
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
SESSION = SessionFacts(DAY, InteractionState.held, Reached.talked, SessionType.telephone, 20, 0, countable=True)


@pytest.mark.parametrize(
    ("total", "parts", "shares"),
    [(60, 3, [20, 20, 20]), (50, 3, [17, 17, 16]), (2, 3, [1, 1, 0]), (0, 2, [0, 0]), (45, 1, [45])],
)
def test_shares_sum_to_the_whole(total, parts, shares):
    assert policy.split_minutes(total, parts) == shares
    assert sum(shares) == total


@pytest.mark.parametrize(("total", "parts"), [(10, 0), (-1, 2)])
def test_impossible_shares_are_refused(total, parts):
    with pytest.raises(ValueError, match="minutes"):
        policy.split_minutes(total, parts)


def test_nothing_on_record_misses_everything():
    assert policy.missing_to_count(CountFacts(), DAY) == tuple(Missing)


def test_zero_is_an_answer():
    assert policy.missing_to_count(FULL, DAY) == ()


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"agreement_on": None}, Missing.agreement),
        ({"agreement_on": date(2026, 12, 9)}, Missing.agreement),
        ({"agreement_until": date(2026, 12, 7)}, Missing.agreement),
        ({"county": None}, Missing.county_or_zip),
        ({"legal_form": ""}, Missing.legal_form),
        ({"founded_on": None}, Missing.founded),
        ({"staff": None}, Missing.staff),
        ({"sales": None}, Missing.sales),
        ({"funder": None}, Missing.funder),
    ],
)
def test_each_fact_is_missed(change, missing):
    assert policy.missing_to_count(replace(FULL, **change), DAY) == (missing,)


def test_zip_will_do_for_county_and_an_agreement_holds_on_its_last_day():
    facts = replace(FULL, county=None, zip_code="93721", agreement_until=DAY)
    assert policy.missing_to_count(facts, DAY) == ()


def test_session_with_all_facts_counts():
    assert policy.counts(SESSION, FULL)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"state": InteractionState.planned}, NotCounted.not_held),
        ({"reached": Reached.message_left}, NotCounted.not_reached),
        ({"reached": None}, NotCounted.not_reached),
        ({"contact_minutes": 0, "prep_minutes": 30}, NotCounted.no_time),
        ({"session_type": SessionType.update_only}, NotCounted.update_only),
        ({"countable": False}, NotCounted.not_substantive),
    ],
)
def test_each_reason_keeps_a_session_from_being_counted(change, why):
    session = replace(SESSION, **change)
    assert policy.why_not_counted(session, FULL) == (why,)
    assert not policy.counts(session, FULL)


def test_preparing_counts_without_anybody_reached():
    session = replace(SESSION, session_type=SessionType.prepare_only, reached=None, contact_minutes=0, prep_minutes=30)
    assert policy.counts(session, FULL)
    assert policy.why_not_counted(replace(session, prep_minutes=0), FULL) == (NotCounted.no_time,)


def test_reasons_of_the_session_come_first():
    found = policy.why_not_counted(replace(SESSION, countable=False), replace(FULL, funder=None))
    assert found == (NotCounted.not_substantive, Missing.funder)


def test_long_term_from_five_hours():
    assert (policy.is_long_term(299), policy.is_long_term(300)) == (False, True)


@pytest.mark.parametrize(
    ("state", "kind", "reached", "resets"),
    [
        (InteractionState.held, Kind.call, Reached.talked, True),
        (InteractionState.held, Kind.call, Reached.no_answer, False),
        (InteractionState.held, Kind.email, Reached.one_way, False),
        (InteractionState.held, Kind.note, Reached.talked, False),
        (InteractionState.held, Kind.lead, Reached.talked, False),
        (InteractionState.planned, Kind.call, Reached.talked, False),
    ],
)
def test_only_a_talk_ends_a_silence(state, kind, reached, resets):
    assert policy.resets_silence(state, kind, reached) is resets


def test_did_it_happen_is_asked_of_plans_that_have_passed():
    now = datetime.fromisoformat("2026-12-08T15:00:00+00:00")
    later = datetime.fromisoformat("2026-12-08T15:01:00+00:00")
    assert policy.did_it_happen(InteractionState.planned, now, now)
    assert not policy.did_it_happen(InteractionState.planned, later, now)
    assert not policy.did_it_happen(InteractionState.held, now, now)


def test_session_types_are_proposed_and_told_in_the_words_of_the_form():
    assert {kind.value: policy.session_type_of(kind).sba for kind in Kind} == {
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
