"""On which days reports are sent by email, and whose targets a user sees."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.policy import Actor, Role
from crm.reports.policy import (
    EmailInterval,
    find_occurrence,
    find_past_occurrence,
    find_reported_day,
    sees_target_of,
)

pytestmark = pytest.mark.one_engine

HOLIDAYS = {date(2026, 5, 25), date(2026, 1, 1)}


def is_workday(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


@pytest.mark.parametrize(
    ("interval", "today", "occurrence"),
    [
        (EmailInterval.weekly, date(2026, 3, 9), date(2026, 3, 9)),
        (EmailInterval.weekly, date(2026, 3, 10), date(2026, 3, 9)),
        (EmailInterval.weekly, date(2026, 3, 15), date(2026, 3, 9)),
        (EmailInterval.weekly, date(2026, 5, 25), None),  # Memorial Day
        (EmailInterval.weekly, date(2026, 5, 26), date(2026, 5, 25)),
        (EmailInterval.monthly, date(2026, 1, 1), None),
        (EmailInterval.monthly, date(2026, 1, 2), date(2026, 1, 1)),
        (EmailInterval.monthly, date(2026, 8, 1), None),  # a Saturday
        (EmailInterval.monthly, date(2026, 8, 3), date(2026, 8, 1)),
        (EmailInterval.monthly, date(2026, 8, 4), date(2026, 8, 1)),
    ],
)
def test_email_is_due_from_the_first_working_day_on(interval, today, occurrence):
    assert find_occurrence(interval, today, is_workday) == occurrence


@pytest.mark.parametrize(
    ("interval", "today", "occurrence"),
    [
        (EmailInterval.weekly, date(2026, 3, 9), None),
        (EmailInterval.weekly, date(2026, 3, 10), date(2026, 3, 9)),
        (EmailInterval.weekly, date(2026, 5, 26), None),  # the day after Memorial Day
        (EmailInterval.monthly, date(2026, 1, 1), None),
        (EmailInterval.monthly, date(2026, 1, 2), None),
        (EmailInterval.monthly, date(2026, 1, 3), date(2026, 1, 1)),
    ],
)
def test_email_was_due_before_today(interval, today, occurrence):
    assert find_past_occurrence(interval, today, is_workday) == occurrence


@pytest.mark.parametrize(
    ("role", "counselor_id", "expected"),
    [
        (Role.staff, None, True),
        (Role.staff, 1, True),
        (Role.staff, 2, False),
        (Role.administrator, 2, False),
        (Role.manager, 2, True),
        (Role.network_manager, 2, True),
    ],
)
def test_staff_see_targets_of_teams_and_their_own_and_managers_all(role, counselor_id, expected):
    assert sees_target_of(Actor(id=1, role=role, team_ids=frozenset({1})), counselor_id) is expected


@pytest.mark.parametrize(
    ("interval", "occurrence", "expected"),
    [
        (EmailInterval.weekly, date(2027, 1, 4), date(2026, 12, 28)),
        (EmailInterval.monthly, date(2027, 1, 1), date(2026, 12, 1)),
        (EmailInterval.monthly, date(2028, 3, 1), date(2028, 2, 1)),
    ],
)
def test_email_is_about_the_period_of_the_week_or_month_before(interval, occurrence, expected):
    assert find_reported_day(interval, occurrence) == expected
