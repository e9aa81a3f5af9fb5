"""A reminder of Anna's, and a browser that isn't signed in."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from flask import current_app

from crm import calendars
from crm.answers.links import AnswerLinks
from crm.answers.reply import find_reply_access, handle_reply
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.put import put_mail
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


@pytest.fixture
def mailbox(session):
    """Set the address of the mailbox for this test."""
    before = current_app.config["CRM_INBOX_ADDRESS"]
    current_app.config["CRM_INBOX_ADDRESS"] = "crm@center.example"
    yield "crm@center.example"
    current_app.config["CRM_INBOX_ADDRESS"] = before


@pytest.fixture
def reply(session, mailbox):
    """Handle a reply to an address; return the report, or None."""

    def run(address: str, text: str) -> Mail | None:
        token = re.fullmatch(r"crm\+(\w+)@center\.example", address)[1]
        access = find_reply_access(token)
        if access is None:
            return None
        handle_reply(access, text, key=str(len(text)))
        session.flush()
        stmt = sa.select(Mail).where(Mail.kind == "reply_report").options(sa.orm.undefer("*")).order_by(Mail.id.desc())
        return session.scalars(stmt).first()

    return run


@pytest.fixture
def digest(session, anna, people, follow_up):
    """Store Anna's digest of today with three numbered items; return the items by number."""
    more_items = [add_follow_up(anna, {"title": title, "due_on": TODAY}) for title in ("HS note", "Price")]
    items = {"4": follow_up, "5": more_items[0], "6": more_items[1]}
    numbered = {number: row.id for number, row in items.items()}
    put_mail(
        "digest",
        RenderedMail("x", "x", "x", numbered=numbered),
        to=people["anna"],
        dedupe_key=f"digest:{people['anna'].id}:{TODAY}",
    )
    return items
