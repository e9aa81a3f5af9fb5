"""Days off in the user's calendar or in that of the other side."""

from __future__ import annotations

from datetime import date, time

import pytest

from crm.followups.days import day_off

SHANGHAI = "Asia/Shanghai"
LAST_DAY, NATIONAL_DAY = date(2026, 9, 30), date(2026, 10, 1)
THANKSGIVING, DAY_AFTER = date(2026, 11, 26), date(2026, 11, 27)


@pytest.mark.parametrize(
    ("day", "due_time", "zone", "other_zone", "asks_about"),
    [
        (NATIONAL_DAY, None, None, SHANGHAI, "National Day in China"),
        (NATIONAL_DAY, None, None, None, None),
        (LAST_DAY, None, None, SHANGHAI, None),
        # 17:00 in Los Angeles is the next morning in Shanghai; 08:00 is still the same day there.
        (LAST_DAY, time(17, 0), None, SHANGHAI, "National Day in China"),
        (LAST_DAY, time(8, 0), None, SHANGHAI, None),
        # By the clock of Shanghai it is that day there, whatever the local clock shows.
        (LAST_DAY, time(23, 0), SHANGHAI, SHANGHAI, None),
        (NATIONAL_DAY, time(0, 30), SHANGHAI, SHANGHAI, "National Day in China"),
        (THANKSGIVING, None, None, SHANGHAI, "Thanksgiving"),
        (THANKSGIVING, None, None, "America/New_York", "Thanksgiving"),
        # 08:00 on Friday in Shanghai is Thursday afternoon here.
        (DAY_AFTER, time(8, 0), SHANGHAI, SHANGHAI, "Thanksgiving"),
        (THANKSGIVING, time(8, 0), SHANGHAI, SHANGHAI, None),
    ],
)
def test_day_off_is_detected_in_both_calendars(anna, day, due_time, zone, other_zone, asks_about):
    text = day_off(anna, day, due_time, zone=zone, their_zone=other_zone)
    assert (text is None) if asks_about is None else (asks_about in (text or "")), text
