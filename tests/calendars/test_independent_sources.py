"""Local times and month ends compared with sources that share no code with the application.

Times: the C library (`mktime`, the system's own zone tables), at the clock changes of 20 zones in 18 years. Months: a
table of month lengths written out here.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator

import pytest

from crm.calendars import add_months, resolve_local

ZONES = (
    "America/Los_Angeles",
    "America/New_York",
    "America/Denver",
    "America/Chicago",
    "America/Halifax",
    "America/St_Johns",
    "America/Havana",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Athens",
    "Europe/Lisbon",
    "Europe/Helsinki",
    "Asia/Beirut",
    "Australia/Sydney",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "America/Asuncion",
    "America/Santiago",
)
YEARS = range(2006, 2024)
MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@pytest.fixture
def in_zone() -> Iterator[None]:
    """Let the C library use another zone; the test sets `TZ` and calls `time.tzset`."""
    old = os.environ.get("TZ")
    yield
    os.environ.pop("TZ", None)
    if old is not None:
        os.environ["TZ"] = old
    time.tzset()


def _offset(second: int) -> int:
    return time.localtime(second).tm_gmtoff


def _changes(year: int) -> list[int]:
    """Return the seconds (UTC) at which the zone of the C library changes its clock in a year, found by halving."""
    changes, day = [], 86400
    start = int(dt.datetime(year, 1, 1, tzinfo=dt.UTC).timestamp())
    for first in range(start, start + 365 * day, day):
        if _offset(first) != _offset(first + day):
            low, high = first, first + day
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(middle) == _offset(first) else (low, middle)
            changes.append(high)
    return changes


def _resolve_by_c(wall: dt.datetime, change: int) -> int:
    """Return the first second at which the C library's clock shows a wall time or a later one, near a change."""
    local = int(wall.replace(tzinfo=dt.UTC).timestamp())
    candidates = [second for offset in (_offset(change - 1), _offset(change)) if (second := local - offset)]
    exact = [second for second in candidates if second + _offset(second) == local]
    return min(exact) if exact else change


@pytest.mark.one_engine
@pytest.mark.usefixtures("in_zone")
def test_local_times_at_clock_changes_equal_the_c_library():
    cases = 0
    for zone in ZONES:
        os.environ["TZ"] = zone
        time.tzset()
        for year in YEARS:
            for change in _changes(year):
                around = dt.datetime.fromtimestamp(change - 1 + _offset(change - 1), dt.UTC).replace(tzinfo=None)
                for minutes in (-15, 20):
                    wall = around + dt.timedelta(seconds=1, minutes=minutes)
                    expected = _resolve_by_c(wall, change)
                    resolved = resolve_local(wall.date(), wall.time(), zone)
                    assert int(resolved.timestamp()) == expected, (zone, wall)
                    cases += 1
    assert cases >= 720


@pytest.mark.one_engine
def test_month_ends_equal_a_table_of_month_lengths():
    cases = 0
    for year in range(2020, 2030):
        for month in range(1, 13):
            for months in (1, 2, 3, 6, 11, 12, 13, 24, -1, -12):
                first = dt.date(year, month, 1)
                target = (year * 12 + month - 1 + months) // 12, (month - 1 + months) % 12 + 1
                length = _length(*target)
                day = first.replace(day=_length(year, month))
                assert add_months(day, months) == dt.date(*target, min(day.day, length))
                cases += 1
    assert cases == 1200


def _length(year: int, month: int) -> int:
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and is_leap else MONTH_LENGTHS[month - 1]
