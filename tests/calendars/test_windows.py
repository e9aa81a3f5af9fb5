"""When both are at their desks, and what day is meant."""

import datetime as dt

import pytest

from crm.calendars import both, office_open, other_side, shared_hours, shared_open_hours, weekday_for

LA, SHANGHAI = "America/Los_Angeles", "Asia/Shanghai"
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def test_los_angeles_and_beijing_share_an_hour_in_winter_and_none_in_summer():
    assert shared_hours(dt.date(2026, 12, 8), LA, SHANGHAI) == [(utc("2026-12-09 01:00"), utc("2026-12-09 02:00"))]
    assert shared_hours(dt.date(2026, 7, 8), LA, SHANGHAI) == []


def test_day_is_that_of_the_first_zone():
    assert shared_hours(dt.date(2026, 12, 9), SHANGHAI, LA) == [(utc("2026-12-09 01:00"), utc("2026-12-09 02:00"))]


def test_longer_hours_share_both_ends_of_the_day():
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
def test_hours_are_shared_on_workdays_of_both(day, extra, shared):
    assert len(shared_open_hours(day, LA, SHANGHAI, extra=extra)) == shared


@pytest.mark.parametrize(
    ("zone", "other"), [(LA, SHANGHAI), ("America/New_York", SHANGHAI), (SHANGHAI, LA), ("Asia/Taipei", LA)]
)
def test_other_side_lies_across_the_ocean(zone, other):
    assert other_side(zone) == other


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
def test_office_is_open_by_their_clock_and_calendar(instant, is_open):
    assert office_open(utc(instant), SHANGHAI, "CN") is is_open


def test_office_follows_what_administrators_entered():
    assert not office_open(utc("2026-02-24 01:00"), SHANGHAI, "CN", extra={dt.date(2026, 2, 24): False})


def test_their_friday_is_our_thursday():
    said = weekday_for(FRI, SHANGHAI, utc("2026-12-07 18:00"), LA)

    assert said.instant == utc("2026-12-11 01:00")
    assert both(said.instant, LA, SHANGHAI) == "Thu 17:00 = Fri 09:00 Shanghai"
    assert (said.ours.weekday(), said.ours.hour, said.theirs.weekday(), said.theirs.hour) == (THU, 17, FRI, 9)


@pytest.mark.parametrize(
    ("now", "weekday", "instant"),
    [
        # Monday 10:00 in Los Angeles, Tuesday 02:00 there.
        ("2026-12-07 18:00", TUE, "2026-12-08 01:00"),
        ("2026-12-07 18:00", MON, "2026-12-14 01:00"),
        # Thursday 18:20 in Los Angeles, Friday 10:20 there: today's office has time left.
        ("2026-12-11 02:20", FRI, "2026-12-11 03:00"),
        ("2026-12-11 08:59", FRI, "2026-12-11 09:00"),
        # Friday 17:00 there and later.
        ("2026-12-11 09:00", FRI, "2026-12-18 01:00"),
        ("2026-12-11 01:00", FRI, "2026-12-11 02:00"),
    ],
)
def test_weekday_is_the_coming_one_there(now, weekday, instant):
    assert weekday_for(weekday, SHANGHAI, utc(now), LA).instant == utc(instant)


def test_weekday_keeps_the_wall_hour_over_a_clock_change():
    said = weekday_for(MON, LA, utc("2026-03-06 20:00"), SHANGHAI, hour=14)

    assert said.instant == utc("2026-03-09 21:00")
    assert said.theirs.hour == 14
