"""Declines and proposed times in the digest of the organizer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, log_interaction
from crm.invitations.models import CalendarGuest, CalendarInvitation
from crm.invitations.policy import GuestAnswer
from crm.reminders.kinds import DigestContext, get_kind
from crm.reminders.queries.readers import readers
from tests.factories import make_confidential

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)


@pytest.fixture
def guest(session, people, actor, clock):
    """Return a guest of Anna's call who declined an hour ago."""
    values = {"state": InteractionState.planned, "wall": datetime(2026, 3, 12, 17), "zone": "America/Los_Angeles"}
    row = log_interaction(actor("anna"), values | {"subject": "Price"}, InteractionDetails())
    times = {"starts_at": row.at, "ends_at": row.at, "zone": row.zone}
    invitation = CalendarInvitation(subject_key=f"record:{row.id}", record_id=row.id, uid="x", summary="Price", **times)
    invitation.organizer_id = actor("anna").id
    session.add(invitation)
    session.flush()
    guest = CalendarGuest(invitation_id=invitation.id, address="zhou@example.cn", name="Zhou Limin")
    guest.answer, guest.answered_at = GuestAnswer.declined, NOW - timedelta(hours=1)
    session.add(guest)
    session.flush()
    return guest


def find_lines(people, name: str = "anna"):
    (reader,) = readers([people[name].id])
    context = DigestContext(reader, NOW, NOW - timedelta(hours=14))
    return get_kind("invitation_answer").find_due(context).items


def test_decline_is_a_line_that_opens_the_appointment(guest, people, session):
    (line,) = find_lines(people)
    record_id = session.get(CalendarInvitation, guest.invitation_id).record_id
    assert (line.title, line.path) == ("Zhou Limin declined: Price", f"/interactions/{record_id}")
    assert find_lines(people, "clara") == []


def test_proposal_is_a_line_and_acceptance_is_none(guest, people, session):
    guest.answer, guest.proposed_at = GuestAnswer.tentative, NOW
    session.flush()
    assert [line.title for line in find_lines(people)] == ["Zhou Limin proposes another time: Price"]
    guest.answer, guest.proposed_at = GuestAnswer.accepted, None
    session.flush()
    assert find_lines(people) == []


def test_earlier_answers_and_canceled_appointments_have_no_line(guest, people, session):
    invitation = session.get(CalendarInvitation, guest.invitation_id)
    invitation.canceled_at = NOW
    session.flush()
    assert find_lines(people) == []
    invitation.canceled_at, guest.answered_at = None, NOW - timedelta(days=3)
    session.flush()
    assert find_lines(people) == []


def test_confidential_appointment_is_marked(guest, people, session):
    make_confidential(session.get(Interaction, session.get(CalendarInvitation, guest.invitation_id).record_id))
    (line,) = find_lines(people)
    assert line.confidential
