"""A reminder of Anna's, and a browser that isn't signed in."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest

from crm import calendars
from crm.answers.links import AnswerLinks
from crm.followups.services import add_follow_up
from crm.shows.services import save_meeting, save_show
from tests.factories import client_of, person, prime

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
TODAY = date(2026, 3, 10)
MEETING_DAY = date(2026, 3, 11)
AFTER_MEETING = calendars.resolve_local(MEETING_DAY, time(12), "Asia/Shanghai")


@pytest.fixture
def anna(actor):
    return actor("anna")


@pytest.fixture
def follow_up(session, anna, clock):
    """Return a follow-up of Anna that is due today."""
    row = add_follow_up(anna, {"title": "Ask Zhou about the samples", "due_on": TODAY})
    session.commit()
    return row


@pytest.fixture
def links(session, people, clock):
    """Return the links of an email to Anna of today."""
    return AnswerLinks(people["anna"].id, TODAY)


@pytest.fixture
def guest(client):
    """Submit a page of an answer as its buttons do: with its token, and following to the page after it."""

    def post(path: str, **values: object):
        page = client.get(path.removesuffix("/undo")).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        data = {"csrf_token": token[1] if token else ""} | values
        return client.post(path, data=data, follow_redirects=True)

    return post


@pytest.fixture
def show(anna, clock):
    values = {
        "name": "Smart City Fair",
        "zone": "Asia/Shanghai",
        "starts_on": MEETING_DAY,
        "ends_on": MEETING_DAY + timedelta(days=2),
    }
    return save_show(anna, values)


@pytest.fixture
def meeting(session, anna, show):
    """Return a meeting of Anna with Li at 9:30 AM in Suzhou."""
    works, client = prime("Jiangchuan"), client_of("Inland", "ClearAir Sensors", counselor=anna)
    guest = person("Li", "Hui", family_native="李", given_native="慧", organization=works)
    values = {"day": MEETING_DAY, "time": time(9, 30), "minutes": 30, "client_id": client.id, "host_id": works.id}
    row = save_meeting(anna, show, values | {"table": "14", "people": [guest.id], "staff": [anna.id]})
    session.commit()
    return row
