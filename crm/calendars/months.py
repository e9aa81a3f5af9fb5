"""Months later or earlier, and years that begin in another month than January."""

from __future__ import annotations

import calendar
import datetime as dt


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the day that many months later (earlier when negative), at most the last day of that month.

    January 31 and one month give February 28.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


FEDERAL_YEAR_MONTH, STATE_YEAR_MONTH = 10, 7
"""The months in which the federal and California's fiscal years begin."""


def period_start(day: dt.date, months: int, first_month: int = 1) -> dt.date:
    """Return the first day of the period of so many months that a day is in; `first_month`: where its year begins."""
    return add_months(day.replace(day=1), -((day.month - first_month) % months))


def federal_year_start(day: dt.date) -> dt.date:
    """Return the first day of the federal fiscal year that a day is in: October 1."""
    return period_start(day, 12, FEDERAL_YEAR_MONTH)
