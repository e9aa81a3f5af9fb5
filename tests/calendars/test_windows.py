"""Office hours and their overlap."""

import datetime as dt

import pytest

from crm.calendars import (
    is_office_open,
    next_opening,
    next_shared_hours,
    opposite_zone,
    shared_hours,
    shared_open_hours,
)

LA, SHANGHAI = "America/Los_Angeles", "Asia/Shanghai"


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def test_los_angeles_and_beijing_share_an_hour_in_winter_only():
    assert shared_hours(dt.date(2026, 12, 8), LA, SHANGHAI) == [(utc("2026-12-09 01:00"), utc("2026-12-09 02:00"))]
    assert shared_hours(dt.date(2026, 7, 8), LA, SHANGHAI) == []


def test_shared_hours_use_the_day_of_the_first_zone():
    assert shared_hours(dt.date(2026, 12, 9), SHANGHAI, LA) == [(utc("2026-12-09 01:00"), utc("2026-12-09 02:00"))]


def test_longer_office_hours_overlap_at_both_ends_of_the_day():
    assert shared_hours(dt.date(2026, 7, 8), LA, SHANGHAI, 7, 23) == [
        (utc("2026-07-08 14:00"), utc("2026-07-08 15:00")),
        (utc("2026-07-08 23:00"), utc("2026-07-09 06:00")),
    ]


@pytest.mark.parametrize(
    ("day", "extra", "shared"),
    [
        (dt.date(2026, 12, 10), {}, 1),
        (dt.date(2026, 12, 11), {}, 0),  # Saturday there
        (dt.date(2026, 12, 13), {}, 0),  # Sunday here
        (dt.date(2026, 2, 17), {}, 0),  # Spring Festival there
        (dt.date(2026, 12, 10), {"CN": {dt.date(2026, 12, 11): False}}, 0),
        (dt.date(2026, 12, 10), {"US": {dt.date(2026, 12, 11): False}}, 1),
        (dt.date(2026, 12, 11), {"CN": {dt.date(2026, 12, 12): True}}, 1),
    ],
)
def test_shared_open_hours_exist_only_on_workdays_of_both_countries(day, extra, shared):
    assert len(shared_open_hours(day, LA, SHANGHAI, extra=extra)) == shared


@pytest.mark.parametrize(
    ("zone", "opposite"), [(LA, SHANGHAI), ("America/New_York", SHANGHAI), (SHANGHAI, LA), ("Asia/Taipei", LA)]
)
def test_opposite_zone_is_across_the_pacific(zone, opposite):
    assert opposite_zone(zone) == opposite


@pytest.mark.parametrize(
    ("instant", "is_open"),
    [
        ("2026-02-14 01:00", True),
        ("2026-02-14 00:59", False),
        ("2026-02-14 09:59", True),
        ("2026-02-14 10:00", False),
        ("2026-02-16 01:00", False),
        ("2026-02-24 01:00", True),
        ("2026-02-15 02:00", False),
    ],
)
def test_office_is_open_by_local_time_and_holidays(instant, is_open):
    assert is_office_open(utc(instant), SHANGHAI, "CN") is is_open


def test_office_is_closed_on_days_off_of_administrators():
    assert not is_office_open(utc("2026-02-24 01:00"), SHANGHAI, "CN", extra={dt.date(2026, 2, 24): False})


@pytest.mark.parametrize(
    ("now", "extra", "span"),
    [
        # A Monday in winter: an hour in the evening, which is Tuesday morning there.
        ("2026-12-07 15:00", {}, ("2026-12-08 01:00", "2026-12-08 02:00")),
        ("2026-12-08 01:59", {}, ("2026-12-08 01:00", "2026-12-08 02:00")),
        ("2026-12-08 02:00", {}, ("2026-12-09 01:00", "2026-12-09 02:00")),
        # Friday afternoon here is Saturday there: Sunday is no workday here, so it is Monday.
        ("2026-12-11 15:00", {}, ("2026-12-15 01:00", "2026-12-15 02:00")),
        # In summer the office hours never overlap: from 8 in the morning there.
        ("2026-07-06 15:00", {}, ("2026-07-07 00:00", "2026-07-07 02:00")),
        # Golden Week 2026 ends on October 7; October 8 there is the evening of the 7th here.
        ("2026-09-30 15:00", {}, ("2026-10-08 00:00", "2026-10-08 02:00")),
        ("2026-12-07 15:00", {"CN": {dt.date(2026, 12, 8): False}}, ("2026-12-09 01:00", "2026-12-09 02:00")),
    ],
)
def test_next_shared_hours_are_on_workdays_of_both_countries(now, extra, span):
    assert next_shared_hours(utc(now), LA, SHANGHAI, extra=extra) == tuple(utc(moment) for moment in span)


def test_no_shared_hours_in_three_weeks_without_workdays():
    days = {dt.date(2026, 12, 1) + dt.timedelta(days=n): False for n in range(60)}
    assert next_shared_hours(utc("2026-12-07 15:00"), LA, SHANGHAI, extra={"CN": days}) is None


@pytest.mark.parametrize(
    ("now", "zone", "extra", "opening"),
    [
        ("2026-03-10 17:00", SHANGHAI, None, "2026-03-11 01:00"),
        ("2026-03-11 01:00", SHANGHAI, None, "2026-03-11 01:00"),
        ("2026-03-11 01:01", SHANGHAI, None, "2026-03-12 01:00"),
        ("2026-03-13 17:00", SHANGHAI, None, "2026-03-16 01:00"),
        ("2026-02-13 17:00", SHANGHAI, None, "2026-02-14 01:00"),  # a working Saturday
        ("2026-02-14 17:00", SHANGHAI, None, "2026-02-24 01:00"),  # after the Spring Festival
        ("2026-03-10 17:00", SHANGHAI, {dt.date(2026, 3, 11): False}, "2026-03-12 01:00"),
        ("2026-03-06 20:00", LA, None, "2026-03-09 16:00"),  # after the change to daylight saving time
    ],
)
def test_next_opening_is_nine_on_a_workday_in_the_zone(now, zone, extra, opening):
    country = "CN" if zone == SHANGHAI else "US"
    assert next_opening(utc(now), zone, country, extra=extra) == utc(opening)
