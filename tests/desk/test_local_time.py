"""The clock of a record's place."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crm.desk.queries import load_local_time

pytestmark = pytest.mark.usefixtures("session")


def test_place_has_its_clock_and_the_next_holiday_within_thirty_days(clock):
    local = load_local_time("Asia/Shanghai", "CN")
    assert local is not None
    assert (local.city, local.at.isoformat(), local.is_open) == ("Shanghai", "2026-03-11T01:00:00+08:00", False)
    assert (local.holiday_on, local.holiday, local.estimated) == (date(2026, 4, 5), "Tomb-Sweeping Day", False)
    clock.set(datetime(2026, 3, 5, 2, tzinfo=UTC))
    local = load_local_time("Asia/Shanghai", "CN")
    assert local is not None
    assert (local.is_open, local.holiday_on, local.holiday) == (True, None, "")


@pytest.mark.parametrize(("zone", "country"), [(None, "CN"), ("Mars/Olympus", "CN")])
def test_place_without_a_time_zone_has_no_clock(clock, zone, country):
    assert load_local_time(zone, country) is None


def test_place_without_a_country_has_no_holiday(clock):
    local = load_local_time("Asia/Shanghai", None)
    assert local is not None
    assert (local.holiday_on, local.holiday) == (None, "")
