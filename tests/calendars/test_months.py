"""Months later or earlier."""

from __future__ import annotations

from datetime import date

import pytest

from crm.calendars import add_months


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 8), 1, date(2027, 1, 8)),
        (date(2026, 1, 8), -1, date(2025, 12, 8)),
        (date(2026, 3, 8), 0, date(2026, 3, 8)),
        (date(2026, 3, 8), -27, date(2023, 12, 8)),
    ],
)
def test_months_are_added_within_the_calendar(day, months, expected):
    assert add_months(day, months) == expected
