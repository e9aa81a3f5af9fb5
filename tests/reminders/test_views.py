"""A user's own kinds of reminders."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.followups.services import add_follow_up
from crm.reminders.kinds import load_kinds
from crm.reminders.models import ReminderOffset, ReminderSetting, ReminderTiming
from crm.reminders.policy import Offset

pytestmark = pytest.mark.usefixtures("people")


def test_unchecked_kind_is_turned_off(client, session, actor):
    client.login_as("anna")
    codes = [
        kind.code
        for kind in load_kinds()
        if kind.concerns(actor("anna")) and kind.is_default and kind.code != "going_quiet"
    ]
    data = {"enabled_kinds": codes, "uid": "b3b7f2c0-0000-4000-8000-000000000001"}
    assert client.post("/profile/reminders", data=data).status_code == 303
    rows = session.execute(sa.select(ReminderSetting.kind, ReminderSetting.enabled)).all()
    assert rows == [("going_quiet", False)]
    page = client.get("/profile/reminders").text
    assert 'value="going_quiet"' in page
    assert 'value="going_quiet" checked' not in page


def test_unknown_kind_is_refused_and_changes_nothing(client, session):
    client.login_as("anna")
    answer = client.post("/profile/reminders", data={"enabled_kinds": ["everything"]})
    assert answer.status_code == 422
    assert session.scalars(sa.select(ReminderSetting.kind)).all() == []


def test_guest_is_sent_to_sign_in(client):
    answer = client.get("/profile/reminders")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/profile/reminders")


def test_times_of_emails_are_saved_for_all_items(client, session, people):
    client.login_as("anna")
    data = {"enabled_kinds": ["digest"], "meeting_offset": "hour_1", "followup_offset": "minutes_15"}
    assert client.post("/profile/reminders", data=data).status_code == 303
    row = session.get_one(ReminderTiming, people["anna"].id)
    assert (row.meeting_offset, row.followup_offset) == (Offset.hour_1, Offset.minutes_15)
    refused = client.post("/profile/reminders", data=data | {"meeting_offset": "soon"})
    assert (refused.status_code, row.meeting_offset) == (422, Offset.hour_1)


def test_settings_name_the_holidays_without_a_digest(client, people, clock):
    clock.set(datetime(2026, 11, 20, 17, tzinfo=UTC))
    client.login_as("anna")
    page = client.get("/profile/reminders").text
    assert "working days of your country (United States)" in page
    assert "Thu, Nov 26: no digest (Thanksgiving Day)" in page
    clock.set(datetime(2026, 9, 1, 1, tzinfo=UTC))
    client.login_as("shen")
    page = client.get("/profile/reminders").text
    assert "Sun, Sep 20: digest, because it&#39;s a make-up workday" in page.replace("周日", "Sun")


def test_reminder_of_one_item(client, session, actor, people):
    row = add_follow_up(actor("anna"), {"title": "Call Zhou", "due_wall": datetime(2026, 3, 11, 11)})
    day = add_follow_up(actor("anna"), {"title": "Send price", "due_on": date(2026, 3, 11)})
    session.commit()
    client.login_as("anna")
    key = (people["anna"].id, f"record:{row.id}")
    for offset in (Offset.day_1, Offset.hour_1):
        assert client.post(f"/reminders/{row.id}", data={"offset": offset.value}).status_code == 303
        session.expire_all()
        assert session.get_one(ReminderOffset, key).offset is offset
    assert "separate email is sent 1 hour before" in client.get(f"/mail/explain/{row.id}").text
    assert client.post(f"/reminders/{row.id}", data={"offset": ""}).status_code == 303
    session.expire_all()
    assert session.get(ReminderOffset, key) is None
    assert "Enter a time first." in client.get(f"/reminders/{day.id}").text


def test_reminder_of_an_item_of_others(client, session, actor):
    row = add_follow_up(actor("clara"), {"title": "Call Zhou", "due_wall": datetime(2026, 3, 11, 11)})
    session.commit()
    client.login_as("anna")
    page = client.get(f"/reminders/{row.id}").text
    assert "get an email about this item" in page
    assert 'name="offset"' not in page
    assert client.post(f"/reminders/{row.id}", data={"offset": "hour_1"}).status_code == 422
    assert session.scalars(sa.select(ReminderOffset)).all() == []
    client.login_as("boris")
    assert client.get(f"/reminders/{row.id}").status_code == 404


def test_kinds_for_managers_are_not_offered_to_staff(client):
    assert 'value="team_week"' not in client.login_as("anna").get("/profile/reminders").text
    assert 'value="team_week"' in client.login_as("clara").get("/profile/reminders").text
