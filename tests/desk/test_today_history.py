"""Today and history: what they show, and what they never show."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crm.core.data.history import ChangeSource, act_as
from crm.followups.services import add_follow_up, change_follow_up
from tests.factories import client_of

pytestmark = pytest.mark.usefixtures("people")
DAY = date(2026, 3, 10)


def test_today_shows_the_date_and_an_empty_state(client, clock):
    page = client.login_as("anna").get("/").text
    assert "Tuesday, March 10, 2026" in page
    assert "You're all caught up" in page


def test_today_shows_own_follow_ups_with_keys_only(client, actor, session):
    organization = client_of("Inland", "Tri-Valley Sensors")
    add_follow_up(actor("anna"), {"title": "Send price", "due_on": DAY}, about=[organization.id])
    add_follow_up(actor("clara"), {"title": "Of clara", "due_on": DAY}, about=[organization.id])
    moved = add_follow_up(actor("anna"), {"title": "Of another team", "due_on": DAY})
    moved.team_id = client_of("Bay").team_id
    session.flush()
    page = client.login_as("anna").get("/").text
    assert "Send price" in page
    assert 'data-key="d"' in page
    assert [w for w in ("Of clara", "Of another team") if w in page] == []


def test_history_uses_the_readers_time_zone_and_formats(client, actor, session, people, clock):
    anna = actor("anna")
    act_as(session(), anna, ChangeSource.web)
    row = add_follow_up(anna, {"title": "Send price", "due_on": DAY})
    session.flush()
    clock.set(datetime(2026, 3, 11, 1, 30, tzinfo=UTC))
    change_follow_up(anna, row, {"due_on": date(2026, 3, 12)})
    row.counselor_id = people["clara"].id
    session.flush()
    page = client.login_as("anna").get(f"/records/{row.id}/history").text
    assert "Tue, Mar 10, 6:30 PM" in page
    assert "Mar 12, 2026" in page
    assert "Clara Whitfield" in page
    assert "2026-03-12" not in page
