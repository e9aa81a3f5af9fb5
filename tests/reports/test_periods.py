"""Periods of reports."""

from datetime import date

import pytest

from crm.reports.periods import PeriodKind, find_period


@pytest.mark.parametrize(
    ("span", "day", "first", "last", "name"),
    [
        (PeriodKind.month, date(2026, 2, 15), date(2026, 2, 1), date(2026, 2, 28), "February 2026"),
        (PeriodKind.quarter, date(2026, 12, 8), date(2026, 10, 1), date(2026, 12, 31), "Q4 2026"),
        (PeriodKind.federal, date(2026, 9, 30), date(2025, 10, 1), date(2026, 9, 30), "FY 2026"),
        (PeriodKind.federal, date(2026, 10, 1), date(2026, 10, 1), date(2027, 9, 30), "FY 2027"),
        (PeriodKind.state, date(2026, 6, 30), date(2025, 7, 1), date(2026, 6, 30), "FY 2026"),
        (PeriodKind.state, date(2026, 7, 1), date(2026, 7, 1), date(2027, 6, 30), "FY 2027"),
    ],
)
def test_period_of_a_day(span, day, first, last, name):
    period = find_period(span, day)
    assert (period.first, period.last, period.name) == (first, last, name)


@pytest.mark.parametrize("span", PeriodKind)
def test_periods_follow_each_other(span):
    period = find_period(span, date(2024, 2, 29))
    assert (period.previous.following, period.following.previous) == (period, period)


def test_fiscal_year_has_four_quarters():
    names = [q.name for q in find_period(PeriodKind.federal, date(2026, 12, 8)).quarters]
    assert names == ["Q4 2026", "Q1 2027", "Q2 2027", "Q3 2027"]
