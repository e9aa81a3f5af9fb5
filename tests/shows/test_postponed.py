"""A show that is postponed while meetings are planned on its former days."""

from __future__ import annotations

from datetime import date, time

import pytest
import sqlalchemy as sa

from crm.core.data.history import Batch
from crm.shows.policy import MeetingState
from tests.tools.pages import visible_text


@pytest.fixture
def edit_days(anna, trade_show):
    """Return a function that saves other days of the show."""

    def post(first: str, last: str):
        data = {"name": "Smart City Fair", "type": "trade_show", "city": "Suzhou", "zone": "Asia/Shanghai"}
        days = {"starts_on": first, "ends_on": last, "version": trade_show.version}
        return anna.post(f"/shows/{trade_show.id}/edit", data=data | days)

    return post


def meeting_form(row, **more):
    """Return the form of a meeting with its stored values."""
    data = {"day": row.wall.date().isoformat(), "time": row.wall.strftime("%H:%M"), "minutes": row.minutes}
    parts = {"client_id": row.client_id, "host_id": row.host_id, "state": row.state.value, "version": row.version}
    return data | parts | more


def test_postponed_show_says_how_to_move_its_meetings_and_they_can_be_moved_so(anna, trade_show, meet, edit_days):
    first, second = meet(), meet(starts_at=time(15), day=date(2026, 12, 10))
    text = visible_text(edit_days("2027-03-09", "2027-03-11").text)
    assert "Meetings are booked on Dec 9 – 10, 2026. Include those days, move or cancel the meetings, then" in text
    assert edit_days("2026-12-09", "2027-03-11").status_code == 303
    for row, day in ((first, "2027-03-09"), (second, "2027-03-10")):
        answer = anna.post(f"/shows/meetings/{row.id}", data=meeting_form(row, day=day))
        assert answer.status_code == 303, visible_text(answer.text)
    assert edit_days("2027-03-09", "2027-03-11").status_code == 303
    assert [row.wall.date() for row in (first, second)] == [date(2027, 3, 9), date(2027, 3, 10)]


def test_only_days_with_booked_meetings_are_to_be_included(anna, trade_show, meet, edit_days):
    meet(state=MeetingState.canceled)
    meet(starts_at=time(15), day=date(2026, 12, 11))
    text = visible_text(edit_days("2027-03-09", "2027-03-11").text)
    assert "Meetings are booked on Dec 11, 2026. Include those days," in text


@pytest.mark.parametrize("day", ["2026-12-08", "2026-12-12", "2031-12-09"])
def test_meeting_on_another_day_names_the_days_of_the_show(anna, trade_show, meet, day):
    row = meet()
    text = visible_text(anna.post(f"/shows/meetings/{row.id}", data=meeting_form(row, day=day)).text)
    assert "Choose a day of the show (Dec 9 – 11, 2026), or edit its dates first." in text


def test_undo_does_not_move_a_meeting_to_a_day_that_the_show_no_longer_has(anna, trade_show, meet, edit_days, session):
    row = meet(day=date(2026, 12, 11))
    assert anna.post(f"/shows/meetings/{row.id}", data=meeting_form(row, day="2026-12-09")).status_code == 303
    batch_id = session.scalar(sa.select(sa.func.max(Batch.id)))
    assert edit_days("2026-12-09", "2026-12-10").status_code == 303
    answer = anna.post(f"/records/changes/{batch_id}/undo")
    assert (answer.status_code, row.wall.date()) == (409, date(2026, 12, 9))
