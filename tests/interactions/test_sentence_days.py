"""Dates in sentences, and other dates they may mean."""

from __future__ import annotations

from datetime import date

import pytest

from crm.answers.policy import AnswerAction
from crm.answers.replies.parse import parse_item_reply
from crm.interactions.policy import InteractionState
from crm.interactions.sentence import ChipKind
from crm.interactions.sentence.dates import find_days
from tests.interactions.sentences import read_text

pytestmark = pytest.mark.one_engine

TUESDAY, FRIDAY, SUNDAY = date(2026, 12, 8), date(2026, 12, 11), date(2026, 12, 13)


def december(*days: int) -> list[date]:
    return [date(2026, 12, day) for day in days]


@pytest.mark.parametrize(
    ("text", "today", "past", "days"),
    [
        # "next Friday" is that of next week; the nearer one is offered if it differs.
        ("next Fri", TUESDAY, False, [18, 11]),
        ("next Tue", TUESDAY, False, [15]),
        ("next Wed", TUESDAY, False, [16, 9]),
        ("next Mon", TUESDAY, False, [14]),
        ("next Fri", FRIDAY, False, [18]),
        ("next Mon", SUNDAY, False, [14]),
        ("next Sun", SUNDAY, False, [20]),
        ("next Fri", TUESDAY, True, [18, 11]),
        ("Fri", TUESDAY, False, [11]),
        ("Fri", FRIDAY, False, [18]),
        ("Fri", FRIDAY, True, [11]),
        ("Fri", TUESDAY, True, [4]),
        ("Tue", TUESDAY, True, [8]),
        ("last Fri", FRIDAY, False, [4]),
        ("last Tue", TUESDAY, True, [1]),
        ("this Fri", TUESDAY, False, [11]),
        ("下周五", TUESDAY, False, [18]),
        ("上周五", TUESDAY, True, [4]),
        ("周五", FRIDAY, False, [18]),
        ("星期天", TUESDAY, False, [13]),
        ("十二月二十一日", TUESDAY, False, [21]),
        ("next week", TUESDAY, False, [14]),
        ("this week", TUESDAY, False, [11]),
        ("this week", SUNDAY, False, [13]),
        ("end of the month", TUESDAY, False, [31]),
        ("day before yesterday", TUESDAY, True, [6]),
        ("in 2 weeks", TUESDAY, False, [22]),
        ("2 weeks ago", date(2026, 12, 22), True, [8]),
    ],
)
def test_word_means_this_day(text, today, past, days):
    (mention,) = find_days(text, today, past=past)
    assert [mention.day, *mention.other_days] == december(*days)


@pytest.mark.parametrize(
    "text",
    [
        "met Sun Wei 20m",
        "WeChat with Sun Guofu 孙国富",
        "met Ann of Desert Sun Inverters",
        "called Ms. Sun",
        "called Director Sun 10m",
        "lunch with Sun, 20m",
    ],
)
def test_family_name_sun_is_no_date(text):
    assert find_days(text, TUESDAY) == []


@pytest.mark.parametrize(
    "text",
    ["met Li Hui Sun 3pm", "met Li Hui Sun, 20m", "call Li on Sun He asked", "sun", "Sun PM", "met Li Sun. He asked"],
)
def test_sun_is_sunday(text):
    (mention,) = find_days(text, TUESDAY)
    assert mention.day == SUNDAY


@pytest.mark.parametrize("text", ["met Kastmrw 20m", "met Simon", "call Damtoday", "Tarmac"])
def test_end_of_a_name_is_no_date(text):
    assert find_days(text, TUESDAY) == []


@pytest.mark.parametrize(
    ("text", "today", "past", "day"),
    [
        ("12/8", TUESDAY, False, TUESDAY),
        ("12/7", TUESDAY, False, date(2027, 12, 7)),
        ("12/7", TUESDAY, True, date(2026, 12, 7)),
        ("12/9", TUESDAY, True, date(2025, 12, 9)),
        ("13/12", TUESDAY, False, date(2026, 12, 13)),
        ("Jan 5", TUESDAY, False, date(2027, 1, 5)),
        ("12/8/26", TUESDAY, False, TUESDAY),
        ("next month", TUESDAY, False, date(2027, 1, 1)),
        ("next month", date(2026, 1, 31), False, date(2026, 2, 1)),
        ("Feb 29", date(2027, 3, 1), False, date(2028, 2, 29)),
    ],
)
def test_date_without_year_is_the_nearest_in_its_direction(text, today, past, day):
    (mention,) = find_days(text, today, past=past)
    assert mention.day == day


@pytest.mark.parametrize(
    "text",
    [
        "Discussed year-end pricing with Tom, 30 min",
        "Year-end review with Tom, 45 min",
        "Tom sent the end of quarter numbers",
        "Met Tom about his EOY report",
    ],
)
def test_end_of_a_period_before_a_noun_is_no_date(text):
    draft = read_text(text)
    assert (draft.of(ChipKind.when), draft.state) == ((), InteractionState.held)


@pytest.mark.parametrize("text", ["year-end numbers sent", "end of year report is done"])
def test_end_of_a_period_in_a_reply_is_a_note(text):
    assert parse_item_reply(text, TUESDAY).action is AnswerAction.note


@pytest.mark.parametrize("text", ["end of year call with Tom Dec 30", "call with Tom Dec 30, year-end pricing"])
def test_date_is_more_exact_than_the_end_of_a_period(text):
    assert read_text(text).first(ChipKind.when).day == date(2026, 12, 30)


@pytest.mark.parametrize("words", ["by year-end", "EOY", "due end of the quarter", "before end of year, after CIIE"])
def test_end_of_a_period_is_a_deadline(words):
    assert read_text(f"met Tom, send quote {words}").first(ChipKind.next_step).due == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Met Tom at the end of November, 30 min", date(2026, 11, 30)),
        ("Met Tom end of October", date(2026, 10, 31)),
        ("11月底见了周立民", date(2026, 11, 30)),
        ("10月底拜访了周立民", date(2026, 10, 31)),
    ],
)
def test_end_of_a_month_is_in_the_past_for_what_took_place(text, day):
    draft = read_text(text)
    assert (draft.first(ChipKind.when).day, draft.state) == (day, InteractionState.held)


@pytest.mark.parametrize(
    ("text", "day"),
    [("本周末和周立民见面", 12), ("这周末和周立民见面", 12), ("周立民下周末来访", 19)],
)
def test_weekend_is_its_saturday(text, day):
    draft = read_text(text)
    assert (draft.first(ChipKind.when).day, draft.state) == (date(2026, 12, day), InteractionState.planned)


@pytest.mark.parametrize(("text", "day"), [("本周末拜访周立民", 12), ("下周末前发报价", 19)])
def test_weekend_is_the_due_date_of_a_step(text, day):
    assert read_text(text).first(ChipKind.next_step).due == date(2026, 12, day)


@pytest.mark.parametrize("text", ["两小时后给周立民打电话", "2小时后给周立民打电话", "Call Tom in half an hour"])
def test_time_in_the_future_is_a_plan(text):
    assert read_text(text).state is InteractionState.planned


@pytest.mark.parametrize("text", ["called Tom back in two hours", "和周立民通话两小时"])
def test_time_that_something_took_is_no_plan(text):
    assert read_text(text).state is InteractionState.held


@pytest.mark.parametrize("text", ["Friday's meeting with Tom moved", "Friday’s meeting with Tom moved"])
def test_date_includes_its_possessive(text):
    draft = read_text(text)
    assert (draft.first(ChipKind.when).day, draft.notes) == (FRIDAY, "")


@pytest.mark.parametrize(
    "text",
    [
        "called Tom about the month end",
        "met Tom re: month-end",
        "met Tom month end",
        "meeting with Tom about month end",
    ],
)
def test_end_of_a_period_as_a_topic_is_no_date(text):
    draft = read_text(text)
    assert (draft.of(ChipKind.when), draft.state) == ((), InteractionState.held)
    assert draft.notes.endswith(("month end", "month-end"))


@pytest.mark.parametrize("text", ["meeting with Tom month end", "visit Tom at month end"])
def test_end_of_a_month_in_a_plan_is_a_date(text):
    draft = read_text(text)
    assert (draft.first(ChipKind.when).day, draft.state) == (date(2026, 12, 31), InteractionState.planned)


@pytest.mark.parametrize(("text", "notes"), [("明天下午和周立民开会", "下午"), ("昨天晚上和周立民吃饭", "晚上")])
def test_part_of_a_day_without_a_time_is_a_note(text, notes):
    assert read_text(text).notes == notes
