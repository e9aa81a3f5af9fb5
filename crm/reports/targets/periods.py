"""The months of targets: their names, and which ones forms offer."""

from __future__ import annotations

from datetime import date, timedelta

from crm.calendars import add_months, federal_year_start
from crm.core.i18n import formats
from crm.reports.periods import Period, PeriodKind, find_period

YEARS_BACK, YEARS_AHEAD = 1, 3
"""How many federal fiscal years before this one, and from its beginning on, forms offer."""


def find_named_period(first: date, last: date) -> Period | None:
    """Return the year, quarter or month that consists of these days; None for other months."""
    periods = (find_period(kind, first) for kind in (PeriodKind.federal, PeriodKind.state, *PeriodKind))
    return next((period for period in periods if (period.first, period.last) == (first, last)), None)


def name_months(first: date, last: date) -> str:
    """Return "Federal FY 2027", "Q4 2026" or "Dec 2026 – Mar 2027"."""
    period = find_named_period(first, last)
    return period.name if period else formats.months(first, last)


def list_month_choices(today: date) -> list[date]:
    """Return the first days of the months that forms offer."""
    first = add_months(federal_year_start(today), -12 * YEARS_BACK)
    return [add_months(first, n) for n in range(12 * (YEARS_BACK + YEARS_AHEAD))]


def end_of_month(day: date) -> date:
    """Return the last day of the month of a day."""
    return add_months(day.replace(day=1), 1) - timedelta(days=1)
