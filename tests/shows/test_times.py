"""A meeting that took place before its time: its time is corrected, and it can be logged."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.errors import Invalid
from crm.interactions.models import Interaction
from crm.shows import services
from crm.shows.policy import MeetingState

FIVE_HOURS_EARLY = datetime(2026, 12, 8, 21, 33, tzinfo=UTC)
"""Five hours before the meeting at 10:30 in Suzhou."""


def test_arrival_long_before_the_start_corrects_the_time(client, clock, meet):
    clock.set(FIVE_HOURS_EARLY)
    row, anna = meet(), client.login_as("anna")
    anna.post(f"/shows/meetings/{row.id}/state", data={"state": "held"})
    assert (row.state, row.wall, row.at) == (
        MeetingState.held,
        datetime(2026, 12, 9, 5, 30),
        datetime(2026, 12, 8, 21, 30, tzinfo=UTC),
    )
    assert "Meeting planned for 10:30 AM: Held at 5:30 AM." in anna.get("/shows/").text


def test_undoing_an_early_arrival_brings_back_state_and_time(client, clock, meet):
    clock.set(FIVE_HOURS_EARLY)
    row, anna = meet(), client.login_as("anna")
    anna.post(f"/shows/meetings/{row.id}/state", data={"state": "held", "next": "/shows/"})
    undo = re.search(r'action="([^"]+)" data-undo>', anna.get("/shows/").text)[1]
    assert anna.post(undo, data={"next": "/shows/"}).headers["Location"].startswith("/shows/")
    assert (row.state, row.wall, row.at) == (
        MeetingState.agreed,
        datetime(2026, 12, 9, 10, 30),
        datetime(2026, 12, 9, 2, 30, tzinfo=UTC),
    )


def test_arrival_at_the_start_keeps_the_time(clock, actor, meet):
    clock.set(datetime(2026, 12, 9, 2, 12, tzinfo=UTC))
    row = meet()
    services.set_meeting_state(actor("anna"), row, MeetingState.held)
    assert (row.state, row.wall.time()) == (MeetingState.held, time(10, 30))


def test_guest_who_comes_early_does_not_keep_the_meeting_at_that_time_from_taking_place(clock, actor, meet):
    clock.set(datetime(2026, 12, 9, 2, 36, tzinfo=UTC))
    planned, early = meet(), meet(starts_at=time(14))
    for row in (early, planned):
        services.set_meeting_state(actor("anna"), row, MeetingState.held)
    assert [(row.state, row.wall.time()) for row in (planned, early)] == [
        (MeetingState.held, time(10, 30)),
        (MeetingState.held, time(10, 35)),
    ]
    services.set_meeting_state(actor("anna"), planned, MeetingState.agreed)
    assert planned.state is MeetingState.agreed


def test_arrival_before_the_days_of_the_show_is_refused(clock, actor, meet):
    clock.set(datetime(2026, 12, 1, 2, 0, tzinfo=UTC))
    row = meet()
    with pytest.raises(Invalid, match="Correct the time first"):
        services.set_meeting_state(actor("anna"), row, MeetingState.held)


def test_no_show_long_before_the_start_is_refused(clock, actor, meet):
    clock.set(FIVE_HOURS_EARLY)
    row = meet()
    with pytest.raises(Invalid, match="Cancel the meeting instead"):
        services.set_meeting_state(actor("anna"), row, MeetingState.no_show)


def test_form_cannot_save_a_held_meeting_in_the_future(clock, meet):
    clock.set(FIVE_HOURS_EARLY)
    with pytest.raises(Invalid) as refused:
        meet(state=MeetingState.held)
    assert refused.value.field == "time"


def test_meeting_that_happened_early_is_logged_with_its_real_time(client, clock, trade_show, show_records, meet):
    clock.set(FIVE_HOURS_EARLY)
    row, anna = meet(people=[show_records.li.id]), client.login_as("anna")
    url = f"/interactions/new?meeting={row.id}"
    page = anna.get(url).text
    assert 'value="2026-12-09"' in page
    assert 'value="05:30' in page
    data = {
        "state": "held",
        "type": "meeting",
        "reached": "talked",
        "day": "2026-12-09",
        "time": "05:30",
        "zone": "Asia/Shanghai",
        "people": [show_records.li.id],
        "about": [trade_show.id],
    }
    assert anna.post(url, data=data).status_code == 303
    created = db.session.scalars(sa.select(Interaction)).one()
    assert (row.interaction_id, row.state, row.at) == (created.id, MeetingState.held, created.at)


def test_talk_before_the_show_leaves_its_meeting_open(clock, actor, trade_show, meet):
    clock.set(datetime(2026, 12, 1, 2, 0, tzinfo=UTC))
    from crm.interactions.services import InteractionDetails, log_interaction

    row, anna = meet(), actor("anna")
    values = {"wall": datetime(2026, 12, 1, 9, 0), "zone": "Asia/Shanghai"}
    interaction = log_interaction(anna, values, InteractionDetails(about=[trade_show.id]))
    services.link_interaction(anna, row.id, interaction)
    assert (row.interaction_id, row.state) == (interaction.id, MeetingState.agreed)
    assert row.wall.date() == date(2026, 12, 9)


def test_canceled_meeting_is_not_reopened_outside_the_days_of_the_show(actor, trade_show, meet):
    anna, row = actor("anna"), meet()
    services.set_meeting_state(anna, row, MeetingState.canceled)
    services.save_show(anna, {"starts_on": date(2026, 12, 10)}, trade_show)
    with pytest.raises(Invalid, match="Edit the meeting to choose a day of the show"):
        services.set_meeting_state(anna, row, MeetingState.agreed)
