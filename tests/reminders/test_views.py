"""One's own kinds of reminders."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.reminders.models import ReminderMute
from crm.reminders.policy import ReminderKind

pytestmark = pytest.mark.usefixtures("people")


def test_what_is_not_ticked_is_muted(client, session):
    client.login_as("anna")
    told = [k.value for k in ReminderKind if k is not ReminderKind.going_quiet]
    answer = client.post("/profile/reminders", data={"told": told, "uid": "b3b7f2c0-0000-4000-8000-000000000001"})
    assert answer.status_code == 303
    assert session.scalars(sa.select(ReminderMute.kind)).all() == ["going_quiet"]
    page = client.get("/profile/reminders").text
    assert 'value="going_quiet"' in page
    assert 'value="going_quiet" checked' not in page


def test_unknown_kind_is_refused_and_changes_nothing(client, session):
    client.login_as("anna")
    answer = client.post("/profile/reminders", data={"told": ["everything"]})
    assert answer.status_code == 422
    assert session.scalars(sa.select(ReminderMute.kind)).all() == []


def test_guest_is_sent_to_sign_in(client):
    answer = client.get("/profile/reminders")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/profile/reminders")
