"""Months later or earlier."""

from __future__ import annotations

import calendar
import datetime as dt


def add_months(day: dt.date, months: int, *, month_day: int | None = None) -> dt.date:
    """Return the day that many months later (earlier when negative), at most the last day of that month.

    January 31 and one month give February 28. `month_day` is the day of the month to return to, 1 to 31, else `day`'s.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return dt.date(year, month, min(month_day or day.day, calendar.monthrange(year, month)[1]))
