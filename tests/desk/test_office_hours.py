"""The clocks and the chart of office hours on Today."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from crm.core.data.base import db
from crm.core.policy import Actor, Role
from crm.desk.hours import build_office_hours_chart, load_clocks
from crm.reference.models import DayOff

pytestmark = pytest.mark.usefixtures("session")
ANNA = Actor(id=1, role=Role.staff, team_ids=frozenset({1}), zone="America/Los_Angeles", country="US")
TUESDAY = datetime(2026, 1, 13, 17, tzinfo=UTC)  # 9 AM in Los Angeles, Wednesday 1 AM in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")


def add_day_off(country: str, day: date) -> None:
    db.session.add(DayOff(country=country, day=day, is_workday=False, name="Closed"))
    db.session.commit()


def test_day_off_there_has_no_office_hours_in_the_chart_and_on_the_clock():
    before = build_office_hours_chart(ANNA, TUESDAY)
    assert (len(before.shared), len(before.our_bars), len(before.their_bars)) == (1, 2, 3)
    add_day_off("CN", date(2026, 1, 14))
    chart = build_office_hours_chart(ANNA, TUESDAY)
    assert (chart.shared, len(chart.our_bars), len(chart.their_bars)) == ([], 1, 1)
    opens_at = load_clocks(ANNA, TUESDAY)[1].opens_at
    assert opens_at is not None
    assert opens_at.astimezone(SHANGHAI).isoformat() == "2026-01-15T09:00:00+08:00"


def test_our_day_off_has_no_office_hours_of_ours():
    add_day_off("US", date(2026, 1, 13))
    chart = build_office_hours_chart(ANNA, TUESDAY)
    assert (chart.shared, chart.our_bars) == ([], [])
