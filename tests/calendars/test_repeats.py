"""What comes back, and when."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.calendars import Every, RecurrenceRule, next_occurrence, resolve_local

LA, SHANGHAI = "America/Los_Angeles", "Asia/Shanghai"


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def first(rule: RecurrenceRule, count: int, zone: str, after: str = "1999-12-31") -> list[str]:
    """The local wall times of the first occurrences after an instant."""
    found: list[str] = []
    instant = utc(after)
    while len(found) < count:
        instant = next_occurrence(rule, instant, zone)
        if instant is None:
            break
        found.append(f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}")
    return found


def test_daily_keeps_the_wall_time_over_the_clock_changes():
    rule = RecurrenceRule(Every.DAY, dt.date(2026, 3, 7))

    assert next_occurrence(rule, utc("2026-03-07 12:00"), LA) == utc("2026-03-07 17:00")
    assert next_occurrence(rule, utc("2026-03-07 17:00"), LA) == utc("2026-03-08 16:00")
    assert next_occurrence(rule, utc("2026-10-31 16:00"), LA) == utc("2026-11-01 17:00")


def test_time_that_is_left_out_moves_and_comes_back():
    rule = RecurrenceRule(Every.DAY, dt.date(2026, 3, 7), dt.time(2, 30))

    assert first(rule, 3, LA) == ["2026-03-07 02:30", "2026-03-08 03:00", "2026-03-09 02:30"]


def test_double_time_comes_once():
    rule = RecurrenceRule(Every.DAY, dt.date(2026, 10, 31), dt.time(1, 30))

    assert first(rule, 3, LA) == ["2026-10-31 01:30", "2026-11-01 01:30", "2026-11-02 01:30"]


def test_weekdays_leave_out_weekends():
    rule = RecurrenceRule(Every.WEEKDAY, dt.date(2026, 11, 28))

    assert first(rule, 6, SHANGHAI) == [
        f"2026-{day} 09:00" for day in ("11-30", "12-01", "12-02", "12-03", "12-04", "12-07")
    ]


def test_weekly_by_steps_counts_from_the_start():
    rule = RecurrenceRule(Every.WEEK, dt.date(2026, 11, 3), step=2)

    assert first(rule, 3, LA, "2026-11-20") == ["2026-12-01 09:00", "2026-12-15 09:00", "2026-12-29 09:00"]


def test_thirty_first_is_the_last_day_and_does_not_drift():
    rule = RecurrenceRule(Every.MONTH, dt.date(2027, 12, 31))

    assert first(rule, 5, SHANGHAI) == [
        f"{day} 09:00" for day in ("2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30")
    ]


def test_half_yearly_survey():
    rule = RecurrenceRule(Every.MONTH, dt.date(2026, 8, 31), step=6, until=dt.date(2028, 2, 29))

    assert first(rule, 9, LA) == [f"{day} 09:00" for day in ("2026-08-31", "2027-02-28", "2027-08-31", "2028-02-29")]


def test_leap_day_is_kept():
    rule = RecurrenceRule(Every.YEAR, dt.date(2024, 2, 29))

    assert first(rule, 5, LA) == [
        f"{y}-02-{d} 09:00" for y, d in zip(range(2024, 2029), (29, 28, 28, 28, 29), strict=True)
    ]


def test_first_one_is_the_start_and_none_follows_the_end():
    rule = RecurrenceRule(Every.DAY, dt.date(2026, 12, 1), until=dt.date(2026, 12, 2))

    assert first(rule, 5, LA) == ["2026-12-01 09:00", "2026-12-02 09:00"]
    assert next_occurrence(RecurrenceRule(Every.YEAR, dt.date(9998, 6, 1)), utc("9999-06-02"), LA) is None


def test_step_must_go_forward():
    with pytest.raises(ValueError, match="forward"):
        RecurrenceRule(Every.DAY, dt.date(2026, 1, 1), step=0)


RULES = st.builds(
    RecurrenceRule,
    every=st.sampled_from(Every),
    start=st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)),
    time=st.times().map(lambda time: time.replace(second=0, microsecond=0)),
    step=st.integers(1, 5),
)
AFTER = st.datetimes(dt.datetime(2018, 1, 1), dt.datetime(2036, 1, 1), timezones=st.just(dt.UTC))
PLACES = st.sampled_from([LA, SHANGHAI, "Australia/Lord_Howe"])


@settings(deadline=None)
@given(RULES, AFTER, PLACES)
def test_next_one_is_later_and_none_is_skipped(rule, after, zone):
    found = next_occurrence(rule, after, zone)

    assert found > after
    assert found >= resolve_local(rule.start, rule.time, zone)
    assert next_occurrence(rule, found - dt.timedelta(microseconds=1), zone) == found
    assert next_occurrence(rule, after + (found - after) / 2, zone) == found


@settings(deadline=None)
@given(RULES, st.integers(1, 12), PLACES)
def test_walking_gives_what_a_jump_gives(rule, steps, zone):
    instant = resolve_local(rule.start, rule.time, zone) - dt.timedelta(seconds=1)
    for _ in range(steps):
        before, instant = instant, next_occurrence(rule, instant, zone)

    assert next_occurrence(rule, before, zone) == instant
