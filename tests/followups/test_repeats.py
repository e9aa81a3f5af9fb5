"""A repeating follow-up keeps its rhythm: it is postponed alone, and starts again when its date or rule is edited."""

from __future__ import annotations

from datetime import date

import pytest

from crm.followups.enums import RepeatRule
from crm.followups.services import change_follow_up, complete_follow_up, note_no_answer, postpone_follow_up
from tests.followups.lookups import TODAY

pytestmark = pytest.mark.usefixtures("dates_hold")
MONDAY = date(2026, 12, 14)


@pytest.mark.parametrize(
    ("rule", "due", "postponed", "expected"),
    [
        (RepeatRule.weekly, MONDAY, date(2026, 12, 16), date(2026, 12, 21)),
        (RepeatRule.weekly, MONDAY, date(2026, 12, 22), date(2026, 12, 28)),
        (RepeatRule.every_two_weeks, MONDAY, date(2026, 12, 16), date(2026, 12, 28)),
        (RepeatRule.monthly, date(2026, 12, 31), date(2027, 1, 4), date(2027, 1, 31)),
        (RepeatRule.workdays, MONDAY, date(2026, 12, 16), date(2026, 12, 17)),
    ],
)
def test_postponed_one_does_not_move_the_next(make, anna, rule, due, postponed, expected):
    row = make(due_on=due, repeat=rule)
    postpone_follow_up(anna, row, postponed)
    assert complete_follow_up(anna, row).due_on == expected


def test_no_answer_does_not_move_the_next(make, anna):
    row = make(due_on=TODAY, repeat=RepeatRule.weekly)
    note_no_answer(anna, row)
    assert complete_follow_up(anna, row).due_on == date(2026, 12, 15)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"due_on": date(2026, 12, 16)}, date(2026, 12, 23)),
        ({"repeat": RepeatRule.monthly}, date(2027, 1, 21)),
        ({"title": "Price again"}, date(2026, 12, 28)),
    ],
    ids=["date", "rule", "title"],
)
def test_edited_one_begins_anew(make, anna, values, expected):
    row = complete_follow_up(anna, make(due_on=MONDAY, repeat=RepeatRule.weekly))
    assert row.due_on == date(2026, 12, 21)
    change_follow_up(anna, row, {"due_on": row.due_on, "repeat": row.repeat} | values)
    assert complete_follow_up(anna, row).due_on == expected
