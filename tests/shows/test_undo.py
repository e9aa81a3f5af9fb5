"""Undo of changes of shows and meetings: refused if something was booked or added since."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
import sqlalchemy as sa

from crm.core.data.history import Batch
from crm.shows.models import ShowParticipant
from crm.shows.policy import MeetingState, ParticipantRole
from crm.shows.services import remove_participant, save_participant, set_meeting_state
from tests.tools.pages import visible_text


@pytest.fixture
def undo(anna, session):
    """Return a function that undoes what the last request changed, and returns the response."""

    def post():
        batch_id = session.scalar(sa.select(sa.func.max(Batch.id)))
        return lambda: anna.post(f"/records/changes/{batch_id}/undo")

    return post


@pytest.fixture
def form(trade_show):
    return {"name": "Smart City Fair", "type": "trade_show", "starts_on": "2026-12-09", "city": "Suzhou"}


def test_canceled_meeting_is_not_restored_over_another_one(anna, undo, meet, show_records, session):
    meeting = meet(people=[show_records.li.id])
    assert anna.post(f"/shows/meetings/{meeting.id}/state", data={"state": "cancelled"}).status_code == 303
    undo_cancellation = undo()
    other = meet(people=[show_records.li.id])
    answer = undo_cancellation()
    assert (answer.status_code, meeting.state) == (409, MeetingState.canceled)
    assert "Hui Li meets ClearAir Sensors and Jiangchuan at 10:30 AM, table 14." in visible_text(answer.text)
    assert "Nothing was undone." in answer.text
    assert "Choose another" not in answer.text
    anna.post(f"/shows/meetings/{other.id}/state", data={"state": "cancelled"})
    assert (undo_cancellation().status_code, meeting.state) == (303, MeetingState.agreed)


def test_person_is_not_restored_to_a_meeting_while_in_another_one(anna, undo, meet, show_records, trade_show):
    meeting = meet(people=[show_records.li.id])
    data = {"day": "2026-12-09", "time": "10:30", "minutes": 30, "client_id": show_records.client.id}
    data |= {"host_id": show_records.host.id, "table": "14", "state": "agreed", "version": meeting.version}
    assert anna.post(f"/shows/meetings/{meeting.id}", data=data).status_code == 303
    undo_removal = undo()
    other = meet(people=[show_records.li.id], table="15", confirm_clash=True)
    assert undo_removal().status_code == 409
    anna.post(f"/shows/meetings/{other.id}/state", data={"state": "cancelled"})
    assert undo_removal().status_code == 303


def test_undo_that_books_nothing_is_not_refused_beside_another_meeting(
    clock, client, actor, meet, show_records, session
):
    clock.set(datetime(2026, 12, 9, 2, 20, tzinfo=UTC))
    first, early = (meet(starts_at=time(hour), people=[show_records.li.id]) for hour in (10, 14))
    for row in (first, early):
        set_meeting_state(actor("anna"), row, MeetingState.held)
    assert (early.wall.time(), first.minutes) == (time(10, 20), 30)
    anna, data = client.login_as("anna"), {"note": "Sells the plant", "version": early.version}
    assert anna.post(f"/shows/meetings/{early.id}/note", data=data).status_code == 303
    batch_id = session.scalar(sa.select(sa.func.max(Batch.id)))
    assert (anna.post(f"/records/changes/{batch_id}/undo").status_code, early.note) == (303, None)


def test_note_of_a_clashing_meeting_can_be_undone(anna, undo, meet, show_records, session):
    first = meet(people=[show_records.li.id])
    data = {"note": "Sells the plant", "version": first.version}
    assert anna.post(f"/shows/meetings/{first.id}/note", data=data).status_code == 303
    undo_note = undo()
    second = meet(starts_at=time(14), people=[show_records.li.id])
    # Stored meetings may overlap although forms refuse it.
    second.wall, second.at = first.wall, first.at
    session.flush()
    assert (undo_note().status_code, first.note) == (303, None)


def test_days_of_a_show_are_not_restored_without_those_of_a_meeting(anna, undo, meet, trade_show, form):
    edit = form | {"ends_on": "2026-12-20", "zone": "Asia/Shanghai", "version": trade_show.version}
    assert anna.post(f"/shows/{trade_show.id}/edit", data=edit).status_code == 303
    undo_edit = undo()
    meeting = meet(day=date(2026, 12, 18))
    answer = undo_edit()
    assert (answer.status_code, trade_show.ends_on) == (409, date(2026, 12, 20))
    assert "Meetings would be outside the show dates. Nothing was undone." in answer.text
    anna.post(f"/shows/meetings/{meeting.id}/state", data={"state": "cancelled"})
    assert (undo_edit().status_code, trade_show.ends_on) == (303, date(2026, 12, 11))


def test_meeting_keeps_its_local_time_when_the_zone_is_restored(anna, undo, meet, trade_show, form):
    edit = form | {"ends_on": "2026-12-11", "zone": "Asia/Tokyo", "version": trade_show.version}
    assert anna.post(f"/shows/{trade_show.id}/edit", data=edit).status_code == 303
    undo_edit = undo()
    meeting = meet(starts_at=time(9, 0))
    before = meeting.at
    assert undo_edit().status_code == 303
    assert (meeting.zone, meeting.wall.time(), meeting.at > before) == ("Asia/Shanghai", time(9, 0), True)


def test_participant_who_was_added_again_is_not_restored(anna, undo, trade_show, show_records, session):
    values = {"going_as": ParticipantRole.exhibitor, "booth": "5"}
    first = save_participant(trade_show, values | {"record_id": show_records.client.id})
    save_participant(trade_show, values | {"record_id": show_records.li.id})
    anna.post(f"/shows/{trade_show.id}/participants/{first.id}/remove")
    undo_removal = undo()
    again = save_participant(trade_show, values | {"record_id": show_records.client.id})
    answer = undo_removal()
    assert answer.status_code == 409
    assert "The same entry has been added again since then, so nothing was undone." in answer.text
    remove_participant(again)
    assert undo_removal().status_code == 303
    assert session.scalar(sa.select(sa.func.count()).select_from(ShowParticipant)) == 2
