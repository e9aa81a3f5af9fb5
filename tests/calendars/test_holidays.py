"""Holidays and workdays by country."""

import datetime as dt
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.calendars import (
    Holiday,
    add_workdays,
    holiday_on,
    is_estimated_year,
    is_workday,
    next_holiday,
    next_spring_festival,
    next_workday,
    resolve_local,
    workday_on_or_after,
)
from tests.fixtures.databases import ROOT


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize("text", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"])
def test_chinese_makeup_weekend_is_a_workday(text):
    assert day(text).weekday() >= 5
    assert is_workday("CN", day(text))
    assert not is_workday("US", day(text))
    assert holiday_on("CN", day(text)) is None


@pytest.mark.parametrize("text", ["2026-02-14", *(f"2026-02-{n}" for n in range(16, 24))])
def test_next_workday_is_after_spring_festival(text):
    due = next_workday("CN", day(text))

    assert due == day("2026-02-24")
    assert resolve_local(due, dt.time(9), "Asia/Shanghai") == dt.datetime(2026, 2, 24, 1, tzinfo=dt.UTC)


def test_next_workday_after_friday_is_a_working_saturday_in_china():
    assert next_workday("CN", day("2026-02-13")) == day("2026-02-14")
    assert next_workday("US", day("2026-02-13")) == day("2026-02-17")
    assert workday_on_or_after("CN", day("2026-02-14")) == day("2026-02-14")
    assert workday_on_or_after("CN", day("2026-02-15")) == day("2026-02-24")


@pytest.mark.parametrize(
    ("country", "text", "name"),
    [
        ("CN", "2026-02-16", "Chinese New Year's Eve"),
        ("CN", "2026-02-23", "Chinese New Year (Spring Festival)"),
        ("CN", "2026-10-07", "National Day"),
        ("CN", "2026-01-02", "New Year's Day"),
        ("CN", "2018-12-31", "New Year's Day"),
        ("CN", "2026-04-06", "Tomb-Sweeping Day"),
        ("US", "2026-07-03", "Independence Day"),
        ("US", "2027-12-31", "New Year's Day"),
        ("us", "2026-11-26", "Thanksgiving Day"),
        ("HK", "2026-07-01", "Hong Kong S.A.R. Establishment Day"),
    ],
)
def test_day_off_has_the_name_of_its_holiday(country, text, name):
    assert holiday_on(country, day(text)) == Holiday(name, is_estimated=False)


@pytest.mark.parametrize(
    ("country", "locale", "name"),
    [
        ("CN", "zh_Hans", "国庆节"),
        ("CN", "zh_Hant", "國慶節"),
        ("CN", "es", "National Day"),
        ("HK", "zh_Hant", "國慶日"),
        ("CN", "en", "National Day"),
    ],
)
def test_holiday_is_named_in_the_readers_language(country, locale, name):
    assert holiday_on(country, day("2026-10-01"), locale=locale).name == name


def test_exchanged_day_off_is_named_in_the_readers_language():
    assert holiday_on("CN", day("2026-10-07"), locale="zh_Hans").name == "国庆节"


@pytest.mark.parametrize("country", ["CN", "US", "HK", "TW"])
def test_weekends_and_ordinary_weekdays_are_not_holidays(country):
    assert holiday_on(country, day("2026-03-14")) is None
    assert not is_workday(country, day("2026-03-14"))
    assert is_workday(country, day("2026-03-11"))


def test_unannounced_holidays_are_estimated():
    assert [is_estimated_year("CN", year) for year in (2024, 2025, 2026, 2027)] == [False, False, False, True]
    assert not is_estimated_year("US", 2027)
    assert not is_estimated_year(None, 2027)
    assert holiday_on("CN", day("2027-10-01")) == Holiday("National Day", is_estimated=True)
    assert holiday_on("AE", day("2027-03-09")) == Holiday("Eid al-Fitr", is_estimated=True)


def test_days_of_administrators_override_the_library():
    extra = {day("2027-10-08"): False, day("2027-10-09"): True, day("2027-10-01"): True, day("2027-10-02"): False}

    assert holiday_on("CN", day("2027-10-08"), extra=extra) == Holiday("", is_estimated=False)
    assert holiday_on("CN", day("2027-10-02"), extra=extra) == Holiday("National Day", is_estimated=False)
    assert holiday_on("CN", day("2027-10-01"), extra=extra) is None
    assert not is_workday("CN", day("2027-10-08"), extra=extra)
    assert is_workday("CN", day("2027-10-09"), extra=extra)
    assert next_workday("CN", day("2027-10-07"), extra=extra) == day("2027-10-09")
    assert next_holiday("CN", day("2027-10-06"), 5, extra=extra) == (day("2027-10-08"), Holiday("", is_estimated=False))


@pytest.mark.parametrize("country", [None, "", "XX", "ZZ"])
def test_unknown_country_works_monday_to_friday(country):
    week = [day("2026-11-23") + dt.timedelta(days=n) for n in range(7)]

    assert [is_workday(country, date) for date in week] == [True] * 5 + [False] * 2
    assert holiday_on(country, day("2026-01-01")) is None


def test_weekend_depends_on_the_country():
    assert [is_workday("SA", day(f"2026-11-{n}")) for n in range(26, 30)] == [True, False, False, True]


def test_next_holiday_is_within_the_given_days():
    assert next_holiday("US", day("2026-11-24"), 2) == (
        day("2026-11-26"),
        Holiday("Thanksgiving Day", is_estimated=False),
    )
    assert next_holiday("US", day("2026-11-26"), 0)[0] == day("2026-11-26")
    assert next_holiday("US", day("2026-11-24"), 1) is None
    assert next_holiday("CN", day("2026-12-20"), 20)[0] == day("2027-01-01")


def test_add_workdays_skips_holidays():
    assert add_workdays("CN", day("2026-02-13"), 2) == day("2026-02-24")
    assert add_workdays("US", day("2026-11-25"), 2) == day("2026-11-30")
    assert add_workdays("US", day("2026-11-28"), 0) == day("2026-11-28")
    with pytest.raises(ValueError, match="negative"):
        add_workdays("US", day("2026-11-28"), -1)


def test_year_without_workdays_raises():
    start = day("2026-01-01")
    extra = {start + dt.timedelta(days=n): False for n in range(500)}

    with pytest.raises(ValueError, match="no workday in CN"):
        workday_on_or_after("CN", start, extra=extra)


@given(st.dates(dt.date(2004, 1, 1), dt.date(2030, 12, 31)), st.sampled_from(["CN", "US", "HK", "TW", None]))
def test_next_workday_is_a_later_workday_with_none_between(date, country):
    due = next_workday(country, date)

    assert due > date
    assert is_workday(country, due)
    assert not any(is_workday(country, date + dt.timedelta(days=n)) for n in range(1, (due - date).days))


@pytest.mark.parametrize(
    ("day", "festival"),
    [
        # From the almanac of the Hong Kong Observatory.
        (dt.date(2026, 2, 17), dt.date(2026, 2, 17)),
        (dt.date(2026, 2, 18), dt.date(2027, 2, 6)),
        (dt.date(2027, 12, 31), dt.date(2028, 1, 26)),
        (dt.date(2024, 1, 1), dt.date(2024, 2, 10)),
    ],
)
def test_next_spring_festival_is_on_or_after_the_day(day, festival):
    assert next_spring_festival(day) == festival


def test_only_countries_in_use_are_loaded():
    code = """
import datetime, sys
from crm.calendars import is_workday
is_workday("US", datetime.date(2026, 7, 3)), is_workday("CN", datetime.date(2026, 10, 1))
print(sum(name.startswith("holidays.countries.") for name in sys.modules))
"""
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(result.stdout) < 10
