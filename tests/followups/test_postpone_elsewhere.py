"""Postponing a follow-up that has a time in another zone: the day is that of the user who postpones it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from crm.core import clock
from crm.core.errors import Invalid
from crm.followups.services import note_no_answer, postpone_follow_up

MONDAY_EVENING = datetime.fromisoformat("2026-12-08T04:00:00+00:00")
"""8 PM on December 7 in Los Angeles; noon of the next day in Shanghai."""


@pytest.mark.parametrize(
    ("hour", "zone", "day", "due_on"),
    [
        (9, "Asia/Shanghai", 8, 9),
        (13, "Asia/Shanghai", 8, 9),
        (13, "Asia/Shanghai", 7, 8),
        (15, "America/New_York", 8, 8),
    ],
)
def test_follow_up_is_postponed_to_the_day_of_the_user(make, anna, hour, zone, day, due_on):
    row = make(due_on=None, due_wall=datetime(2026, 12, 7, hour), zone=zone)
    with clock.frozen(MONDAY_EVENING):
        postpone_follow_up(anna, row, date(2026, 12, day))
    assert (row.due_wall, row.postponed_count) == (datetime(2026, 12, due_on, hour), 1)


@pytest.mark.parametrize(("hour", "zone"), [(9, "Asia/Shanghai"), (15, "America/New_York")])
def test_follow_up_is_not_postponed_to_a_moment_that_has_passed(make, anna, hour, zone):
    row = make(due_on=None, due_wall=datetime(2026, 12, 7, hour), zone=zone)
    with clock.frozen(MONDAY_EVENING), pytest.raises(Invalid, match="Choose a later date"):
        postpone_follow_up(anna, row, date(2026, 12, 7))
    assert (row.due_on, row.postponed_count) == (date(2026, 12, 7), 0)


def test_next_try_is_a_working_day_at_both_places(make, anna):
    row = make(due_on=None, due_wall=datetime(2026, 12, 9, 9), zone="Asia/Shanghai")
    with clock.frozen(datetime.fromisoformat("2026-12-09T20:00:00+00:00")):
        # Friday evening in Los Angeles would be Saturday in Shanghai.
        assert note_no_answer(anna, row) == date(2026, 12, 14)
    assert row.due_wall == datetime(2026, 12, 15, 9)


def test_day_that_is_a_weekend_there_has_to_be_confirmed(web, make):
    today = clock.today("America/Los_Angeles")
    friday = today + timedelta(7 + (4 - today.weekday()) % 7)
    due_wall = datetime.combine(today, time(9))
    row = make(due_on=None, due_wall=due_wall, zone="Asia/Shanghai")
    page = web.post(f"/followups/{row.id}/later", data={"due_on": friday.isoformat()})
    assert (page.status_code, row.due_wall, "Sat, " in page.text) == (422, due_wall, True)
    web.post(f"/followups/{row.id}/later", data={"due_on": friday.isoformat(), "confirm_day": "y"})
    assert row.due_wall == datetime.combine(friday + timedelta(1), time(9))


def test_next_try_is_two_working_days_later_for_the_user(make, anna):
    row = make(due_on=None, due_wall=datetime(2026, 12, 8, 9), zone="Asia/Shanghai")
    with clock.frozen(MONDAY_EVENING):
        assert note_no_answer(anna, row) == date(2026, 12, 9)
    assert row.due_wall == datetime(2026, 12, 10, 9)
