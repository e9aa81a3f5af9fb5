"""Months, quarters and years of groups: their keys, and the offsets of zones that SQLite looks up."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from crm.core.lists.group_dates import DateUnit, list_offsets


@pytest.mark.parametrize(
    ("unit", "key", "first", "after"),
    [
        (DateUnit.month, "2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        (DateUnit.quarter, "2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        (DateUnit.year, "2026", date(2026, 1, 1), date(2027, 1, 1)),
        (DateUnit.fiscal, "FY2026", date(2025, 10, 1), date(2026, 10, 1)),
        (DateUnit.state, "SFY2026", date(2025, 7, 1), date(2026, 7, 1)),
    ],
)
def test_key_names_the_days_of_a_group(unit, key, first, after):
    assert unit.parse(key) == (first, after)
    assert (unit.key_of(first), unit.key_of(after - timedelta(days=1))) == (key, key)
    assert unit.key_of(first - timedelta(days=1)) != key
    assert unit.following(key) == unit.key_of(after)


@pytest.mark.parametrize(
    ("unit", "key"),
    [
        (DateUnit.month, "2026-1"),
        (DateUnit.month, "2026-13"),
        (DateUnit.month, "2026-01-01"),
        (DateUnit.quarter, "2026-Q5"),
        (DateUnit.quarter, "2026-Q0"),
        (DateUnit.quarter, "2026"),
        (DateUnit.year, "99999999999999999999"),
        (DateUnit.quarter, "2026-Q99999999999999999999"),
        (DateUnit.fiscal, "FY99999999999999999999"),
        (DateUnit.year, "1"),
        (DateUnit.year, "9999"),
        (DateUnit.fiscal, "2026"),
        (DateUnit.fiscal, "FY"),
        (DateUnit.fiscal, "SFY2026"),
        (DateUnit.state, "FY2026"),
    ],
)
def test_other_texts_are_no_keys(unit, key):
    assert not _is_key(unit, key)


def _is_key(unit: DateUnit, key: str) -> bool:
    try:
        unit.parse(key)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    "zone", ["America/Los_Angeles", "Asia/Shanghai", "UTC", "Australia/Sydney", "Africa/Casablanca"]
)
def test_offsets_are_those_of_the_zone(zone):
    offsets, random = list_offsets(zone), Random(3)
    moments = [moment for moment, _minutes in offsets]
    for _n in range(2000):
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=random.randint(0, 60 * 24 * 365 * 120))
        expected = moment.astimezone(ZoneInfo(zone)).utcoffset()
        assert timedelta(minutes=offsets[bisect_right(moments, moment) - 1][1]) == expected, moment


@pytest.mark.parametrize("unit", list(DateUnit))
@pytest.mark.parametrize("day", [date(1900, 1, 1), date(1969, 12, 31), date(2100, 12, 31)])
def test_first_and_last_dates_that_forms_accept_have_a_group(app, unit, day):
    key = unit.key_of(day)
    first, after = unit.parse(key)
    assert first <= day < after
    assert str(day.year)[:2] in unit.describe(key)
