"""Clocks here and there."""

import datetime as dt
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.calendars import (
    both,
    both_clocks,
    business_zone,
    city_of,
    country_of_zone,
    day_name,
    hours_ahead,
    iana_zone,
    is_zone,
    resolve_local,
    zone_of_country,
)

LA, SHANGHAI = "America/Los_Angeles", "Asia/Shanghai"
WINTER = dt.datetime(2026, 12, 9, 1, tzinfo=dt.UTC)
SUMMER = dt.datetime(2026, 7, 9, 1, tzinfo=dt.UTC)
ZONES = st.sampled_from(
    [LA, SHANGHAI, "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Europe/Dublin", "UTC"]
)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("wall", "zone", "instant"),
    [
        ("2026-12-08 17:00", LA, "2026-12-09 01:00"),
        ("2026-12-09 09:00", SHANGHAI, "2026-12-09 01:00"),
        ("2026-03-08 01:59", LA, "2026-03-08 09:59"),
        ("2026-03-08 02:00", LA, "2026-03-08 10:00"),
        ("2026-03-08 02:30", LA, "2026-03-08 10:00"),
        ("2026-03-08 03:00", LA, "2026-03-08 10:00"),
        ("2026-11-01 01:30", LA, "2026-11-01 08:30"),
        ("2026-11-01 02:00", LA, "2026-11-01 10:00"),
        ("2011-12-30 12:00", "Pacific/Apia", "2011-12-30 10:00"),
        ("2026-10-04 02:15", "Australia/Lord_Howe", "2026-10-03 15:30"),
    ],
)
def test_wall_time_becomes_an_instant(wall, zone, instant):
    local = dt.datetime.fromisoformat(wall)

    assert resolve_local(local.date(), local.time(), zone) == utc(instant)


def test_unknown_zone_is_refused():
    with pytest.raises(ZoneInfoNotFoundError):
        resolve_local(dt.date(2026, 1, 1), dt.time(9), "Mars/Base")


@settings(deadline=None)
@given(st.dates(dt.date(1990, 1, 1), dt.date(2037, 12, 30)), st.times(), ZONES)
def test_instant_reads_back_as_the_wall_time_or_the_first_after_it(day, time, zone):
    wall = dt.datetime.combine(day, time)
    instant = resolve_local(day, time, zone)
    back = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)

    assert instant.tzinfo is dt.UTC
    assert back >= wall
    if back != wall:
        before = (instant - dt.timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert before < wall
    again = instant - dt.timedelta(hours=1)
    assert again.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall


@settings(deadline=None)
@given(st.dates(dt.date(1990, 1, 1), dt.date(2037, 12, 30)), st.times(), st.times(), ZONES)
def test_later_wall_time_is_no_earlier_instant_outside_double_hours(day, one, other, zone):
    first, second = sorted([one, other])
    spans = [resolve_local(day, time, zone) for time in (first, second)]

    gap = dt.datetime.combine(day, second) - dt.datetime.combine(day, first)
    assert spans[1] - spans[0] >= min(dt.timedelta(), gap - dt.timedelta(hours=1))


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "Tue 17:00 = Wed 09:00 Shanghai"),
        ("zh_Hans", "周二 17:00 = 周三 09:00 上海"),
        ("zh_Hant", "週二 17:00 = 週三 09:00 上海"),
        ("es", "mar 17:00 = mié 09:00 Shanghái"),
    ],
)
def test_both_clocks_in_words(locale, text):
    assert both(WINTER, LA, SHANGHAI, locale) == text


def test_both_clocks_say_no_more_than_needed():
    assert both(WINTER, LA, SHANGHAI, with_day=False) == "17:00 = Wed 09:00 Shanghai"
    assert both(SUMMER, LA, SHANGHAI) == "Wed 18:00 = Thu 09:00 Shanghai"
    assert both(WINTER, LA, "America/New_York") == "Tue 17:00 = 20:00 New York"
    assert both(WINTER, SHANGHAI, "Asia/Hong_Kong") == "Wed 09:00"
    assert both(WINTER, SHANGHAI, LA) == "Wed 09:00 = Tue 17:00 Los Angeles"


def test_both_clocks_tell_the_shift_of_the_day():
    clocks = both_clocks(WINTER, LA, SHANGHAI)

    assert (clocks.here.hour, clocks.there.hour, clocks.day_shift) == (17, 9, 1)
    assert both_clocks(WINTER, SHANGHAI, LA).day_shift == -1
    assert both_clocks(WINTER, LA, LA).day_shift == 0


def test_hours_ahead_follow_the_season():
    assert hours_ahead(LA, SHANGHAI, WINTER) == 16
    assert hours_ahead(LA, SHANGHAI, SUMMER) == 15
    assert hours_ahead(SHANGHAI, "Asia/Kolkata", WINTER) == -2.5


def test_city_names_the_zone():
    assert city_of(SHANGHAI) == "Shanghai"
    assert city_of(LA) == "Los Angeles"
    assert city_of(LA, "zh_Hant") == "洛杉磯"
    assert city_of("UTC") == "UTC"
    assert city_of("Mars/Base") == "Mars/Base"


def test_day_names_follow_the_language():
    assert [day_name(n) for n in (0, 6)] == ["Mon", "Sun"]
    assert day_name(4, "zh_Hans") == "周五"


def test_zone_of_a_country():
    assert [zone_of_country(code) for code in ("CN", "HK", "TW", "MO", "SG", "us")] == [
        SHANGHAI,
        "Asia/Hong_Kong",
        "Asia/Taipei",
        "Asia/Macau",
        "Asia/Singapore",
        "America/New_York",
    ]
    assert zone_of_country("US", near=LA) == LA
    assert zone_of_country("CN", near=LA) == SHANGHAI
    assert zone_of_country("CN", near="Asia/Urumqi") == SHANGHAI
    assert [zone_of_country(code, near=LA) for code in (None, "", "XX")] == [None, None, None]


def test_country_of_a_zone():
    assert [country_of_zone(zone) for zone in (LA, SHANGHAI, "Asia/Urumqi", "PRC", "US/Pacific")] == [
        "US",
        "CN",
        "CN",
        "CN",
        "US",
    ]
    assert [country_of_zone(zone) for zone in ("UTC", "Etc/GMT+8", "Mars/Base", "", None)] == [None] * 5


def test_all_of_china_keeps_beijing_time():
    assert business_zone("Asia/Urumqi") == SHANGHAI
    assert business_zone("Asia/Hong_Kong") == "Asia/Hong_Kong"


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("China Standard Time", SHANGHAI),
        ("Pacific Standard Time", LA),
        ("Taipei Standard Time", "Asia/Taipei"),
        ('"Asia/Shanghai"', SHANGHAI),
        ("UTC", "UTC"),
        ("Customized Time Zone", None),
        ("", None),
        (None, None),
        ("../../etc/passwd", None),
    ],
)
def test_zone_names_of_calendar_files(name, zone):
    assert iana_zone(name) == zone


def test_known_zones():
    assert [is_zone(zone) for zone in (LA, "Mars/Base", "", None, "/etc/passwd", "Asia")] == [True] + [False] * 5
