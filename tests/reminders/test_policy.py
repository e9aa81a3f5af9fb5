"""Due times of digests, separate emails, end dates and silence: tables and properties."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm import calendars
from crm.core.policy import Actor, ReminderChoice, Role
from crm.reminders.policy import (
    digest_at,
    digest_until,
    ending_mark,
    is_digest_time,
    is_ending_news,
    is_in_digest,
    is_separate,
    is_silent,
    manages,
    next_digest_at,
    subject_of,
)

ANNA, SHEN = ("America/Los_Angeles", "US"), ("Asia/Shanghai", "CN")
ANY_DAY = st.dates(date(2025, 1, 1), date(2027, 12, 31))
NOBODY: dict[date, bool] = {}


@pytest.mark.parametrize(
    ("reader", "moment", "is_due"),
    [
        (ANNA, datetime(2026, 3, 10, 13, 59, tzinfo=UTC), False),
        (ANNA, datetime(2026, 3, 10, 14, 0, tzinfo=UTC), True),
        (ANNA, datetime(2026, 3, 11, 6, 59, tzinfo=UTC), True),
        (ANNA, datetime(2026, 3, 11, 7, 0, tzinfo=UTC), False),
        # Daylight saving begins on Sunday March 8 and ends on Sunday November 1: no digest, and Monday's at seven.
        (ANNA, datetime(2026, 3, 8, 20, 0, tzinfo=UTC), False),
        (ANNA, datetime(2026, 3, 9, 13, 59, tzinfo=UTC), False),
        (ANNA, datetime(2026, 3, 9, 14, 0, tzinfo=UTC), True),
        (ANNA, datetime(2026, 3, 6, 15, 0, tzinfo=UTC), True),
        (ANNA, datetime(2026, 11, 1, 20, 0, tzinfo=UTC), False),
        (ANNA, datetime(2026, 11, 2, 14, 59, tzinfo=UTC), False),
        (ANNA, datetime(2026, 11, 2, 15, 0, tzinfo=UTC), True),
        # Independence Day 2026 is a Saturday and observed on Friday; Thanksgiving is a Thursday.
        (ANNA, datetime(2026, 7, 3, 15, 0, tzinfo=UTC), False),
        (ANNA, datetime(2026, 11, 26, 16, 0, tzinfo=UTC), False),
        (ANNA, datetime(2026, 11, 27, 16, 0, tzinfo=UTC), True),
        # A Saturday that is a working day in China, and the Spring Festival after it.
        (SHEN, datetime(2026, 2, 13, 22, 59, tzinfo=UTC), False),
        (SHEN, datetime(2026, 2, 13, 23, 0, tzinfo=UTC), True),
        (SHEN, datetime(2026, 2, 17, 23, 0, tzinfo=UTC), False),
        (SHEN, datetime(2026, 2, 22, 23, 0, tzinfo=UTC), False),
        (SHEN, datetime(2026, 7, 3, 0, 0, tzinfo=UTC), True),
    ],
)
def test_digest_is_due_at_its_hour_on_working_days(reader, moment, is_due):
    zone, country = reader
    assert is_digest_time(moment, 7, zone, country, NOBODY) is is_due


def test_office_holiday_has_no_digest():
    assert not is_digest_time(datetime(2026, 3, 10, 16, 0, tzinfo=UTC), 7, *ANNA, {date(2026, 3, 10): False})


def workday(country: str, day: date, step: int) -> date:
    """Return the first working day from this day on, forward (1) or back (-1)."""
    while not calendars.is_workday(country, day):
        day += timedelta(days=step)
    return day


@given(ANY_DAY, st.sampled_from([ANNA, SHEN]))
def test_each_day_is_in_exactly_one_digest(day, reader):
    _zone, country = reader
    before = workday(country, day, -1)
    after = workday(country, before + timedelta(days=1), 1)
    assert before <= day < after
    assert digest_until(before, country, NOBODY) == after - timedelta(days=1)


def test_digest_before_an_office_holiday_covers_it():
    assert digest_until(date(2026, 3, 10), "US", NOBODY) == date(2026, 3, 10)
    assert digest_until(date(2026, 3, 10), "US", {date(2026, 3, 11): False}) == date(2026, 3, 11)


@given(ANY_DAY, st.sampled_from([ANNA, SHEN]), st.integers(0, 23))
def test_digest_is_due_at_its_hour_in_the_zone_of_the_user(day, reader, hour):
    zone, country = reader
    digest_moment = digest_at(day, hour, zone)
    local = digest_moment.astimezone(ZoneInfo(zone))
    assert local.date() == day
    assert is_digest_time(digest_moment, hour, zone, country, NOBODY) is calendars.is_workday(country, day)
    minute_before = is_digest_time(digest_moment - timedelta(minutes=1), hour, zone, country, NOBODY)
    assert minute_before is (hour == 0 and calendars.is_workday(country, day - timedelta(days=1)))


def test_hour_skipped_by_daylight_saving_moves_to_the_next():
    assert digest_at(date(2026, 3, 8), 2, ANNA[0]) == datetime(2026, 3, 8, 10, 0, tzinfo=UTC)
    assert digest_at(date(2026, 11, 1), 1, ANNA[0]) == datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("choice", "has_time", "mail_alone", "alone"),
    [
        (ReminderChoice.digest, True, False, False),
        (ReminderChoice.digest, False, False, False),
        (ReminderChoice.digest, False, True, True),
        (ReminderChoice.timed, True, False, True),
        (ReminderChoice.timed, False, False, False),
        (ReminderChoice.timed, False, True, True),
        (ReminderChoice.all, False, False, True),
    ],
)
def test_separate_emails_follow_kind_and_user_settings(choice, has_time, mail_alone, alone):
    assert is_separate(choice, has_time=has_time, mail_alone=mail_alone) is alone


NOW = datetime(2026, 3, 10, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due_at", "mail_alone", "is_included"),
    [
        (None, False, True),
        (None, True, False),
        (datetime(2026, 3, 10, 17, 0, tzinfo=UTC), False, False),
        (datetime(2026, 3, 10, 18, 59, tzinfo=UTC), False, False),
        (datetime(2026, 3, 10, 19, 0, tzinfo=UTC), False, True),
        (datetime(2026, 3, 9, 17, 0, tzinfo=UTC), False, True),
        (datetime(2026, 3, 10, 22, 0, tzinfo=UTC), True, False),
    ],
)
def test_separately_emailed_items_are_not_in_the_digest(due_at, mail_alone, is_included):
    result = is_in_digest(ReminderChoice.timed, sends_at=due_at, mail_alone=mail_alone, now=NOW, zone=ANNA[0])
    assert result is is_included
    assert is_in_digest(ReminderChoice.digest, sends_at=due_at, mail_alone=False, now=NOW, zone=ANNA[0])


@pytest.mark.parametrize(
    ("days_left", "mark"), [(61, None), (60, 60), (45, 60), (30, 30), (8, 14), (7, 7), (1, 1), (0, 0), (-3, 0)]
)
def test_reminder_days_before_an_end_date(days_left, mark):
    assert ending_mark(days_left) == mark


@given(st.integers(0, 400), ANY_DAY)
def test_end_date_is_reminded_once_for_each_of_its_days_across_weekends(length, first):
    ends_on = first + timedelta(days=length)
    days = [first + timedelta(days=n) for n in range(length + 1)]
    work = [d for d in days if calendars.is_workday("US", d)]
    marks = [ends_on - timedelta(days=n) for n in (60, 30, 14, 7, 3, 1, 0)]
    # On the first working day on or after each of its days; several such days count once.
    expected = [b for a, b in pairwise(work) if any(a < mark <= b for mark in marks)]
    assert [b for a, b in pairwise(work) if is_ending_news(ends_on, b, a)] == expected


def test_past_end_date_is_not_reminded():
    assert not is_ending_news(date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 6))


@pytest.mark.parametrize(
    ("last", "counts_from", "silent"),
    [
        (None, date(2026, 2, 8), True),
        (None, date(2026, 2, 9), False),
        (date(2026, 2, 8), date(2025, 1, 1), True),
        (date(2026, 2, 9), date(2025, 1, 1), False),
        (date(2025, 1, 1), date(2026, 2, 9), False),
    ],
)
def test_silence_counts_from_the_later_of_last_interaction_and_start(last, counts_from, silent):
    assert is_silent(last, counts_from, 30, date(2026, 3, 10)) is silent


def test_subject_of_a_record_contains_kind_and_id():
    assert subject_of(7) == "record:7"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        # Before the hour of a working day, at the hour, on Friday, and before a holiday (Thanksgiving 2026).
        (datetime(2026, 3, 10, 13, 59, tzinfo=UTC), datetime(2026, 3, 10, 14, 0, tzinfo=UTC)),
        (datetime(2026, 3, 10, 14, 0, tzinfo=UTC), datetime(2026, 3, 11, 14, 0, tzinfo=UTC)),
        (datetime(2026, 3, 13, 20, 0, tzinfo=UTC), datetime(2026, 3, 16, 14, 0, tzinfo=UTC)),
        (datetime(2026, 3, 14, 12, 0, tzinfo=UTC), datetime(2026, 3, 16, 14, 0, tzinfo=UTC)),
        (datetime(2026, 11, 25, 20, 0, tzinfo=UTC), datetime(2026, 11, 27, 15, 0, tzinfo=UTC)),
    ],
)
def test_next_digest_is_at_the_hour_of_this_or_the_next_working_day(moment, expected):
    assert next_digest_at(moment, 7, *ANNA, NOBODY) == expected


@given(st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 1)), st.integers(0, 23))
def test_next_digest_is_due_when_it_comes_and_not_before(moment, hour):
    now = moment.replace(tzinfo=UTC)
    sent_at = next_digest_at(now, hour, *SHEN, NOBODY)
    assert sent_at > now - timedelta(minutes=1)
    assert is_digest_time(sent_at, hour, *SHEN, NOBODY)


@pytest.mark.parametrize(
    ("role", "team_ids", "id", "is_managed"),
    [
        (Role.manager, {1, 2}, 7, True),
        (Role.manager, {2}, 7, False),
        (Role.manager, set(), 7, False),
        (Role.network_manager, set(), 7, True),
        (Role.staff, {1}, 7, False),
        (Role.administrator, {1}, 7, False),
        (Role.staff, {2}, 8, True),
    ],
)
def test_managers_see_planned_emails_of_their_teams_and_everyone_their_own(role, team_ids, id, is_managed):
    colleague = Actor(id=8, team_ids=frozenset({1}))
    assert manages(Actor(id=id, role=role, team_ids=frozenset(team_ids)), colleague) is is_managed
