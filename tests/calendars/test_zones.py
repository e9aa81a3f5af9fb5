"""Local times, cities, and zones of countries."""

import datetime as dt
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.calendars import (
    city_of,
    country_of_zone,
    day_name,
    is_zone,
    local_day,
    resolve_local,
    zone_of_country,
)

LA, SHANGHAI = "America/Los_Angeles", "Asia/Shanghai"
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
def test_local_time_is_resolved_to_an_instant(wall, zone, instant):
    local = dt.datetime.fromisoformat(wall)

    assert resolve_local(local.date(), local.time(), zone) == utc(instant)


def test_unknown_zone_raises():
    with pytest.raises(ZoneInfoNotFoundError):
        resolve_local(dt.date(2026, 1, 1), dt.time(9), "Mars/Base")


@given(st.dates(dt.date(1990, 1, 1), dt.date(2037, 12, 30)), st.times(), ZONES)
def test_instant_is_the_local_time_or_the_first_after_it(day, time, zone):
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


@given(st.dates(dt.date(1990, 1, 1), dt.date(2037, 12, 30)), st.times(), st.times(), ZONES)
def test_later_local_time_is_not_an_earlier_instant_outside_repeated_hours(day, one, other, zone):
    first, second = sorted([one, other])
    spans = [resolve_local(day, time, zone) for time in (first, second)]

    gap = dt.datetime.combine(day, second) - dt.datetime.combine(day, first)
    assert spans[1] - spans[0] >= min(dt.timedelta(), gap - dt.timedelta(hours=1))


def test_local_day_is_that_of_the_zone_and_a_date_stays():
    moment = dt.datetime(2026, 12, 8, 20, tzinfo=dt.UTC)
    assert [local_day(moment, zone) for zone in (LA, SHANGHAI)] == [dt.date(2026, 12, 8), dt.date(2026, 12, 9)]
    assert local_day(dt.date(2026, 12, 8), SHANGHAI) == dt.date(2026, 12, 8)


def test_city_of_a_zone_in_the_readers_language():
    assert city_of(SHANGHAI) == "Shanghai"
    assert city_of(LA) == "Los Angeles"
    assert city_of(LA, "zh_Hant") == "洛杉磯"
    assert city_of("UTC") == "UTC"
    assert city_of("Mars/Base") == "Mars/Base"


def test_day_name_is_in_the_readers_language():
    assert [day_name(n) for n in (0, 6)] == ["Mon", "Sun"]
    assert day_name(4, "zh_Hans") == "周五"


def test_zone_of_country_is_its_main_business_zone():
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


def test_country_of_a_zone_is_known_or_none():
    assert [country_of_zone(zone) for zone in (LA, SHANGHAI, "Asia/Urumqi", "PRC", "US/Pacific")] == [
        "US",
        "CN",
        "CN",
        "CN",
        "US",
    ]
    assert [country_of_zone(zone) for zone in ("UTC", "Etc/GMT+8", "Mars/Base", "", None)] == [None] * 5


def test_is_zone_accepts_known_zones_only():
    no_zones = ("Mars/Base", "", None, "/etc/passwd", "Asia", "localtime")
    assert [is_zone(zone) for zone in (LA, *no_zones)] == [True] + [False] * 6
