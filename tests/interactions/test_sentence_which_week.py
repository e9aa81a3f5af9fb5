"""A weekday with minutes: logged or planned. The answer to the question also says which."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from crm.interactions.policy import InteractionOutcome, InteractionState
from crm.interactions.sentence import ChipKind, Draft, LocalMoment
from tests.interactions.sentences import LA, SHANGHAI, read_text

pytestmark = pytest.mark.one_engine


def answer(draft: Draft, moment: LocalMoment) -> Draft:
    """Answer the question of the date."""
    (question,) = draft.of(ChipKind.when)
    number = [choice.value for choice in question.choices].index(moment)
    return draft.with_answers([question.answer(number)])


def test_answer_says_whether_it_is_planned():
    draft = read_text("call with Tom Mon 11am 30m")
    last, coming = (LocalMoment(date(2026, 12, day), time(11), LA) for day in (7, 14))
    logged, planned = answer(draft, last), answer(draft, coming)
    assert (logged.state, logged.reached, logged.certain(ChipKind.when)) == (
        InteractionState.held,
        InteractionOutcome.talked,
        last,
    )
    assert (planned.state, planned.reached, planned.certain(ChipKind.when)) == (InteractionState.planned, None, coming)


def test_weekday_of_a_person_in_china_is_asked_with_the_zone():
    draft = read_text("zoom with Li Hui Thu 9am 30m")
    (question,) = draft.of(ChipKind.when)
    assert [choice.value for choice in question.choices] == [
        LocalMoment(date(2026, 12, 3), time(9), SHANGHAI),
        LocalMoment(date(2026, 12, 3), time(9), LA),
        LocalMoment(date(2026, 12, 10), time(9), SHANGHAI),
    ]
    assert answer(draft, question.choices[2].value).state is InteractionState.planned


def test_weekday_of_today_may_be_today():
    (question,) = read_text("call with Tom Tue 11am 30m").of(ChipKind.when)
    assert [choice.value.day for choice in question.choices] == [date(2026, 12, 8), date(2026, 12, 15)]


def test_answer_changes_no_stated_state():
    draft = read_text("canceled call with Tom Mon 11am 30m")
    assert all(
        answer(draft, choice.value).state is InteractionState.canceled for choice in draft.of(ChipKind.when)[0].choices
    )


@pytest.mark.parametrize(("month_day", "days"), [((12, 7), [7]), ((12, 9), [9, 8, 7]), ((12, 11), [11, 10, 9, 8, 7])])
def test_this_week_in_the_past_is_one_of_its_days_so_far(month_day, days):
    draft = read_text("met Tom this week", now=datetime(2026, *month_day, 18, tzinfo=ZoneInfo(LA)))
    (chip,) = draft.of(ChipKind.when)
    choices = [choice.value.day.day for choice in chip.choices]
    assert (chip.value.day.day, chip.sure, choices) == (days[0], len(days) == 1, days if len(days) > 1 else [])


@pytest.mark.parametrize(
    ("now", "text", "day"),
    [
        ("2026-12-31T18:00-08:00", "met Tom at month end", date(2026, 12, 31)),
        ("2026-12-30T18:00-08:00", "met Tom at month end", date(2026, 11, 30)),
        ("2027-01-05T18:00-08:00", "met Tom at year end", date(2026, 12, 31)),
        ("2027-01-05T18:00-08:00", "met Tom at the end of the quarter", date(2026, 12, 31)),
        ("2026-12-11T18:00-08:00", "met Tom at the end of the week", date(2026, 12, 11)),
        ("2026-12-13T18:00-08:00", "met Tom at the end of the week", date(2026, 12, 13)),
    ],
)
def test_period_in_the_past_ended_at_most_today(now, text, day):
    assert read_text(text, now=datetime.fromisoformat(now)).first(ChipKind.when).day == day


def test_hour_to_try_again_is_tomorrow_if_it_is_over():
    for now, day in (("2026-12-08T15:59-08:00", 8), ("2026-12-08T16:00-08:00", 9)):
        draft = read_text("called Tom, busy, try again 4pm", now=datetime.fromisoformat(now))
        assert draft.first(ChipKind.next_step).due == datetime(2026, 12, day, 16, tzinfo=ZoneInfo(LA))
