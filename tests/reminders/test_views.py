"""A user's own kinds of reminders."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.reminders.kinds import load_kinds
from crm.reminders.models import ReminderSetting

pytestmark = pytest.mark.usefixtures("people")


def test_unchecked_kind_is_turned_off(client, session):
    client.login_as("anna")
    codes = [kind.code for kind in load_kinds() if kind.is_default and kind.code != "going_quiet"]
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
