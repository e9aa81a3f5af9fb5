"""Periods of reports."""

from datetime import date, timedelta

import pytest

from crm.reports.periods import PeriodKind, find_award_period, find_period, list_months


@pytest.mark.parametrize(
    ("span", "day", "first", "last", "name"),
    [
        (PeriodKind.month, date(2026, 2, 15), date(2026, 2, 1), date(2026, 2, 28), "February 2026"),
        (PeriodKind.quarter, date(2026, 12, 8), date(2026, 10, 1), date(2026, 12, 31), "Q4 2026"),
        (PeriodKind.federal, date(2026, 9, 30), date(2025, 10, 1), date(2026, 9, 30), "Federal FY 2026"),
        (PeriodKind.federal, date(2026, 10, 1), date(2026, 10, 1), date(2027, 9, 30), "Federal FY 2027"),
        (PeriodKind.state, date(2026, 6, 30), date(2025, 7, 1), date(2026, 6, 30), "State FY 2026"),
        (PeriodKind.state, date(2026, 7, 1), date(2026, 7, 1), date(2027, 6, 30), "State FY 2027"),
    ],
)
def test_period_of_a_day(span, day, first, last, name):
    period = find_period(span, day)
    assert (period.first, period.last, period.name) == (first, last, name)


@pytest.mark.parametrize("span", PeriodKind)
def test_periods_follow_each_other(span):
    period = find_period(span, date(2024, 2, 29))
    assert (period.previous.following, period.following.previous) == (period, period)


def test_quarters_of_a_fiscal_year_begin_with_the_year():
    names = {kind: [part.name for part in find_period(kind, date(2026, 12, 8)).parts] for kind in PeriodKind}
    assert names == {
        PeriodKind.month: ["December 2026"],
        PeriodKind.quarter: ["October 2026", "November 2026", "December 2026"],
        PeriodKind.federal: ["Q1, Oct – Dec 2026", "Q2, Jan – Mar 2027", "Q3, Apr – Jun 2027", "Q4, Jul – Sep 2027"],
        PeriodKind.state: ["Q1, Jul – Sep 2026", "Q2, Oct – Dec 2026", "Q3, Jan – Mar 2027", "Q4, Apr – Jun 2027"],
    }


@pytest.mark.parametrize("kind", PeriodKind)
def test_parts_are_the_whole_period_without_gaps(kind):
    period = find_period(kind, date(2024, 2, 29))
    parts = period.parts
    assert (parts[0].first, parts[-1].last) == (period.first, period.last)
    assert [part.first - timedelta(days=1) for part in parts[1:]] == [part.last for part in parts[:-1]]


def test_award_to_date_ends_today_and_is_compared_with_as_many_days_before():
    period = find_award_period(3, "STEP 26", date(2026, 9, 30), date(2027, 9, 29), date(2026, 12, 8))
    assert (period.first, period.last, period.name) == (date(2026, 9, 30), date(2026, 12, 8), "STEP 26 to date")
    before = period.previous
    assert (before.first, before.last, before.award_id) == (date(2026, 7, 22), date(2026, 9, 29), 0)
    assert before.last - before.first == period.last - period.first
    assert before.name == "Jul 22, 2026 – Sep 29, 2026"
    months = [(part.first, part.last) for part in period.parts]
    assert months == [
        (date(2026, 9, 30), date(2026, 9, 30)),
        (date(2026, 10, 1), date(2026, 10, 31)),
        (date(2026, 11, 1), date(2026, 11, 30)),
        (date(2026, 12, 1), date(2026, 12, 8)),
    ]
    assert list_months(period) == period.parts


def test_award_that_is_over_ends_with_its_last_day():
    period = find_award_period(3, "STEP 25", date(2025, 9, 30), date(2026, 9, 29), date(2026, 12, 8))
    assert period.last == date(2026, 9, 29)
