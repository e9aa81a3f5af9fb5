"""When a check-in is due, and how long its link works."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.checkins.policy import is_due, is_expired, month_of

pytestmark = pytest.mark.one_engine

SHANGHAI = "Asia/Shanghai"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_month_is_that_of_the_rep():
    assert month_of(moment("2026-03-31T17:00:00+00:00"), SHANGHAI) == "2026-04"
    assert month_of(moment("2026-03-31T17:00:00+00:00"), "UTC") == "2026-03"


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-08-03T08:59:00+08:00", False),  # August 1 is a Saturday
        ("2026-08-03T09:00:00+08:00", True),
        ("2026-08-20T09:00:00+08:00", True),
        ("2026-08-01T12:00:00+08:00", False),
        ("2026-10-05T12:00:00+08:00", False),  # Golden Week
    ],
)
def test_check_in_is_due_from_nine_on_the_first_working_day(now, due):
    assert is_due(moment(now), SHANGHAI, "CN", date(2026, 1, 1)) is due


@pytest.mark.parametrize(("started_on", "due"), [(date(2026, 8, 3), True), (date(2026, 8, 4), False)])
def test_month_in_which_check_ins_began_too_late_is_left_out(started_on, due):
    assert is_due(moment("2026-08-10T12:00:00+08:00"), SHANGHAI, "CN", started_on) is due


def test_link_works_for_thirty_days():
    sent_at = datetime(2026, 3, 2, 1, tzinfo=UTC)
    assert not is_expired(sent_at, sent_at + timedelta(days=30))
    assert is_expired(sent_at, sent_at + timedelta(days=30, seconds=1))
