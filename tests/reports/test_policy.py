"""On which days reports are sent by email."""

from __future__ import annotations

from datetime import date

import pytest

from crm.reports.policy import EmailInterval, find_occurrence

pytestmark = pytest.mark.one_engine

HOLIDAYS = {date(2026, 5, 25), date(2026, 1, 1)}


def is_workday(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


@pytest.mark.parametrize(
    ("interval", "today", "occurrence"),
    [
        (EmailInterval.weekly, date(2026, 3, 9), date(2026, 3, 9)),
        (EmailInterval.weekly, date(2026, 3, 10), None),
        (EmailInterval.weekly, date(2026, 5, 25), None),  # Memorial Day
        (EmailInterval.weekly, date(2026, 5, 26), date(2026, 5, 25)),
        (EmailInterval.monthly, date(2026, 1, 1), None),
        (EmailInterval.monthly, date(2026, 1, 2), date(2026, 1, 1)),
        (EmailInterval.monthly, date(2026, 8, 1), None),  # a Saturday
        (EmailInterval.monthly, date(2026, 8, 3), date(2026, 8, 1)),
        (EmailInterval.monthly, date(2026, 8, 4), None),
    ],
)
def test_email_is_due_on_the_first_working_day(interval, today, occurrence):
    assert find_occurrence(interval, today, is_workday) == occurrence
