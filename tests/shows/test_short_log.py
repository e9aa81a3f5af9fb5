"""The log form of one screen for a meeting at a show."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up
from crm.interactions.models import Interaction, InteractionClient, InteractionLink, InteractionParty, InteractionTime
from crm.records.models import Attachment
from crm.records.services import change_confidentiality
from crm.reference.models import Funder
from crm.shows.policy import MeetingState
from tests.factories.images import png
from tests.shows.conftest import TEN_FORTY


@pytest.fixture
def later(client, clock, people):
    """Sign anna in an hour after the meeting at 10:30 began."""
    clock.set(TEN_FORTY + timedelta(hours=1))
    return client.login_as("anna")


@pytest.fixture
def logged(later, meet, show_records, actor):
    """Log the meeting at 10:30 with the short form, with a next step."""
    row = meet(people=[show_records.li.id], staff=[actor("anna").id], note="Wants certificates")
    data = {
        "notes": "Wants certificates in Chinese",
        "minutes": "25",
        "title": "Certificates to Li",
        "due_on": "2026-12-14",
    }
    response = later.post(f"/shows/meetings/{row.id}/quick-log", data=data)
    assert response.status_code == 303, response.text
    return row


def test_short_form_logs_people_client_minutes_show_and_next_step(logged, show_records, trade_show):
    interaction = db.session.get_one(Interaction, logged.interaction_id)
    assert (logged.state, interaction.wall, interaction.place) == (
        MeetingState.held,
        datetime(2026, 12, 9, 10, 30),
        "table 14, Smart City Fair",
    )
    assert db.session.scalars(sa.select(InteractionParty.person_id)).all() == [show_records.li.id]
    assert db.session.scalars(sa.select(InteractionClient.client_id)).all() == [show_records.client.id]
    assert db.session.scalars(sa.select(InteractionTime.contact)).all() == [25]
    assert trade_show.id in db.session.scalars(sa.select(InteractionLink.record_id)).all()
    step = db.session.scalars(sa.select(FollowUp)).one()
    assert (step.title, step.due_on.isoformat(), step.source_id) == ("Certificates to Li", "2026-12-14", interaction.id)


def test_short_form_leaves_out_a_funder_that_is_no_longer_offered(later, logged, meet, show_records):
    funder = Funder(code="STEP", name="State Trade Expansion Program")
    db.session.add(funder)
    db.session.flush()
    db.session.scalars(sa.select(InteractionClient)).one().funder_id = funder.id
    funder_ids = sa.select(InteractionClient.funder_id).order_by(InteractionClient.interaction_id)
    for hour, expected in ((8, [funder.id, funder.id]), (9, [funder.id, funder.id, None])):
        path = f"/shows/meetings/{meet('anna', time(hour), people=[show_records.li.id]).id}/quick-log"
        assert later.post(path, data={"notes": "Talked", "minutes": "25"}).status_code == 303
        assert db.session.scalars(funder_ids).all() == expected
        funder.active = False


def test_short_form_takes_a_photo_to_the_interaction(later, meet):
    row = meet()
    url = f"/shows/meetings/{row.id}/quick-log"
    assert 'capture="environment"' in later.get(url).text
    data = {"notes": "Talked", "minutes": "25", "files": (io.BytesIO(png()), "booth.png")}
    assert later.post(url, data=data).status_code == 303
    files = db.session.execute(sa.select(Attachment.record_id, Attachment.name)).all()
    assert files == [(row.interaction_id, "booth.png")]


def test_logged_meeting_opens_its_interaction_and_undo_allows_to_log_again(later, logged):
    path = f"/shows/meetings/{logged.id}/quick-log"
    anna = later
    assert anna.get(path).headers["Location"] == f"/interactions/{logged.interaction_id}"
    day = anna.get(f"/shows/{logged.show_id}/day").text
    assert ("Interaction" in day, ", with a follow-up" in day) == (True, True)
    anna.post(re.search(r'action="([^"]+)" data-undo>', day)[1])
    assert anna.get(path).status_code == 200


def test_notes_on_a_meeting_that_a_colleague_logged_in_the_meantime_stay_in_the_form(client, logged):
    first = logged.interaction_id
    answer = client.login_as("dora").post(
        f"/shows/meetings/{logged.id}/quick-log", data={"notes": "They need a sample", "minutes": "25"}
    )
    assert (answer.status_code, "They need a sample</textarea>" in answer.text) == (422, True)
    assert "This meeting was logged in the meantime." in answer.text
    assert (logged.interaction_id, db.session.scalars(sa.select(Interaction.id)).all()) == (first, [first])


def test_short_form_sent_twice_logs_once(later, meet):
    row = meet()
    data = {"notes": "Talked", "minutes": "25", "uid": "7f1f6a52-3c0e-4a55-9a5c-3a3c2f2ab001"}
    answers = [later.post(f"/shows/meetings/{row.id}/quick-log", data=data) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert db.session.scalars(sa.select(Interaction.id)).all() == [row.interaction_id]


def test_meeting_stays_linked_to_an_interaction_that_another_user_may_not_see(client, logged, people):
    first = db.session.get_one(Interaction, logged.interaction_id)
    change_confidentiality(first, confidential=True, readers=[])
    db.session.flush()
    dora = client.login_as("dora")
    data = {"notes": "They need a sample", "minutes": "25"}
    assert dora.post(f"/shows/meetings/{logged.id}/quick-log", data=data).status_code == 303
    assert logged.interaction_id == first.id


def test_short_form_starts_with_the_note_and_requires_a_due_date(later, meet):
    anna, row = later, meet(note="Wants certificates")
    path = f"/shows/meetings/{row.id}/quick-log"
    assert "Wants certificates" in anna.get(path).text
    refused = anna.post(path, data={"notes": "Talked", "minutes": "25", "title": "Call", "due_on": ""})
    assert refused.status_code == 422
    assert "Enter a due date." in refused.text
    assert "Talked</textarea>" in refused.text
    holiday = {"notes": "Talked", "minutes": "25", "title": "Call", "due_on": "2026-12-25"}
    assert "data-day-confirm>" in anna.post(path, data=holiday).text
    assert anna.post(path, data=holiday | {"confirm_days": "y"}).status_code == 303


def test_short_form_asks_about_an_open_follow_up_like_the_next_step(later, meet, show_records, actor):
    anna, row = later, meet()
    add_follow_up(actor("anna"), {"title": "Call back", "due_on": date(2026, 12, 15)}, about=[show_records.li.id])
    path = f"/shows/meetings/{row.id}/quick-log"
    data = {"notes": "Talked", "minutes": "25", "title": "Call back", "due_on": "2026-12-16"}
    refused = anna.post(path, data=data)
    assert refused.status_code == 422
    assert "Is this the same as an open follow-up?" in refused.text
    assert anna.post(path, data=data | {"confirm_similar": "y"}).status_code == 303
