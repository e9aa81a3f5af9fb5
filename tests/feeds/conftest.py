"""An appointment to which people are invited, and the emails."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes
from email.policy import SMTP

import icalendar
import pytest
import sqlalchemy as sa

from crm.core.mail.outbox.models import Mail
from crm.feeds.queries.subjects import list_invitees, load_interaction
from crm.feeds.services import invite
from crm.interactions.models import InteractionStaff
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from tests.factories import person
from tests.factories.records import reachable

LA = "America/Los_Angeles"


@pytest.fixture
def anna(people, actor, clock):
    return actor("anna")


@pytest.fixture
def call(anna, people, session):
    """Return a call with Zhou, who has an address, Wu, who has none, and Clara."""
    zhou = reachable(person("Zhou", "Limin", family_native="周", given_native="立民"), email="zhou@example.cn")
    parties = [PartyValues(zhou.id), PartyValues(person("Wu", "Min").id)]
    values = {"state": InteractionState.planned, "wall": datetime(2026, 3, 12, 17), "zone": LA, "minutes": 45}
    row = log_interaction(anna, values | {"subject": "Price; samples", "place": "Room 4"}, InteractionDetails(parties))
    session.add(InteractionStaff(interaction_id=row.id, user_id=people["clara"].id))
    session.flush()
    return row


@pytest.fixture
def emails(session):
    """Return the emails of invitations as (address, subject, calendar)."""

    def read() -> list[tuple[str, str, str]]:
        stmt = sa.select(Mail).where(Mail.kind == "calendar_invitation").options(sa.orm.undefer("*")).order_by(Mail.id)
        return [(mail.address, mail.subject, calendar_of(mail)) for mail in session.scalars(stmt)]

    return read


def calendar_of(mail: Mail) -> str:
    message = message_from_bytes(mail.mime, policy=SMTP)
    (part,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    (file,) = [part for part in message.walk() if part.get_filename() == "invite.ics"]
    text = part.get_content()
    assert file.get_content().decode().splitlines() == text.splitlines()
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == str(icalendar.Calendar.from_ical(text)["METHOD"])
    return text


def send(anna, row, message: str = ""):
    subject = load_interaction(anna, row.id)
    return invite(anna, subject, list_invitees(anna, subject), message)


def event_of(text: str):
    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    return event
