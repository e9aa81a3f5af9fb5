"""Holidays, weekends and nights at the user's place or that of the other side."""

from __future__ import annotations

from datetime import date, time

import pytest

from crm.calendars import Workplace
from crm.followups.days import day_off

SHANGHAI = "Asia/Shanghai"
CHINA, NEW_YORK = Workplace(SHANGHAI, ("CN",)), Workplace("America/New_York", ("US",))
CONSULATE = Workplace(SHANGHAI, ("CN", "US"))
LAST_DAY, NATIONAL_DAY = date(2026, 9, 30), date(2026, 10, 1)
THANKSGIVING, DAY_AFTER, SATURDAY = date(2026, 11, 26), date(2026, 11, 27), date(2026, 11, 28)
MONDAY = date(2026, 11, 30)
WORKED_SATURDAY = date(2026, 10, 10)


@pytest.mark.parametrize(
    ("day", "due_time", "zone", "place", "asks_about"),
    [
        (NATIONAL_DAY, None, None, CHINA, "National Day in China"),
        (NATIONAL_DAY, None, None, None, None),
        (LAST_DAY, None, None, CHINA, None),
        # 17:00 in Los Angeles is the next morning in Shanghai.
        (LAST_DAY, time(17, 0), None, CHINA, "National Day in China"),
        (LAST_DAY, time(11, 0), None, CHINA, "It's 2:00 AM on Thu, Oct 1 in Shanghai."),
        (LAST_DAY, time(8, 0), None, CHINA, "It's 11:00 PM on Wed, Sep 30 in Shanghai."),
        (LAST_DAY, time(6, 0), None, CHINA, "It's 6:00 AM on Wed, Sep 30 in Los Angeles."),
        # By the clock of Shanghai it is that day there, whatever the local clock shows.
        (LAST_DAY, time(21, 59), SHANGHAI, CHINA, "It's 6:59 AM on Wed, Sep 30 in Los Angeles."),
        (NATIONAL_DAY, time(0, 30), SHANGHAI, CHINA, "National Day in China"),
        (THANKSGIVING, None, None, CHINA, "Thu, Nov 26 is Thanksgiving"),
        (THANKSGIVING, None, None, NEW_YORK, "Thanksgiving"),
        # 08:00 on Friday in Shanghai is Thursday afternoon here.
        (DAY_AFTER, time(8, 0), SHANGHAI, CHINA, "Thanksgiving"),
        (THANKSGIVING, time(8, 0), SHANGHAI, CHINA, None),
        (SATURDAY, None, None, None, "Sat, Nov 28 is a weekend day."),
        (DAY_AFTER, time(17, 0), None, CHINA, "Sat, Nov 28 is a weekend day in China."),
        # 10:00 on Monday in Shanghai is Sunday evening here.
        (MONDAY, time(10, 0), SHANGHAI, CHINA, "Sun, Nov 29 is a weekend day in United States."),
        (WORKED_SATURDAY, time(9, 0), SHANGHAI, CHINA, None),
    ],
)
def test_day_off_is_detected_in_both_calendars(anna, day, due_time, zone, place, asks_about):
    text = day_off(anna, day, due_time, zone=zone, places=[place] if place else [])
    assert (text is None) if asks_about is None else (asks_about in (text or "")), text


def test_post_abroad_closes_on_the_holidays_of_both_countries(actor):
    shen = actor("shen")
    days = (NATIONAL_DAY, THANKSGIVING, WORKED_SATURDAY, DAY_AFTER)
    at_the_post = [day_off(shen, day, places=[CONSULATE]) for day in days]
    assert [bool(text) for text in at_the_post] == [True, True, True, False]
    assert "Thanksgiving Day in United States" in (at_the_post[1] or "")
    assert day_off(shen, THANKSGIVING, places=[CHINA]) is None


def test_every_problem_is_named_in_one_text(anna):
    assert day_off(anna, date(2026, 11, 20), time(11, 30), places=[CHINA]) == (
        "Sat, Nov 21 is a weekend day in China. It's 3:30 AM on Sat, Nov 21 in Shanghai. "
        "Choose another date or schedule anyway."
    )
