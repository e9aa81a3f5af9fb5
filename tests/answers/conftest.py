"""A reminder of Anna's, and a browser that isn't signed in."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from crm.answers.links import AnswerLinks
from crm.followups.services import add_follow_up

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
TODAY = date(2026, 3, 10)


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
