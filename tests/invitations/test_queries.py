"""Which invitation, guests and declines are read, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crm.core.clock import now
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, log_interaction
from crm.invitations.models import CalendarGuest, CalendarInvitation
from crm.invitations.policy import CalendarReply, GuestAnswer, interaction_key
from crm.invitations.queries import (
    MAX_LINES,
    find_invitation,
    list_declines,
    list_guest_rows,
    list_guests,
    path_of,
)
from crm.invitations.services import find_guest
from crm.people.models import Person
from tests.factories import archived, reachable

from .conftest import LA


@pytest.fixture
def invitation_to(anna, session):
    """Return a function that adds an invitation of Anna to a new appointment, with guests as (name, values)."""

    def add(subject: str, *guests, **values) -> CalendarInvitation:
        planned = {"state": InteractionState.planned, "wall": now().replace(tzinfo=None), "zone": LA}
        row = log_interaction(anna, planned | {"subject": subject}, InteractionDetails())
        times = {"starts_at": now(), "ends_at": now() + timedelta(hours=1), "zone": LA}
        names = {"subject_key": interaction_key(row.id), "record_id": row.id, "uid": f"u{row.id}", "summary": subject}
        invitation = CalendarInvitation(**{"organizer_id": anna.id} | names | times | values)
        session.add(invitation)
        session.flush()
        for name, answer in guests:
            address = f"{name.lower()}@{row.id}.example"
            session.add(CalendarGuest(invitation_id=invitation.id, address=address, name=name, **answer))
        session.flush()
        return invitation

    return add


def declined(**before) -> dict:
    return {"answer": GuestAnswer.declined, "answered_at": now() - timedelta(**before), "answered_sequence": 0}


def test_invitation_and_guests_are_those_of_the_appointment_by_name(anna, invitation_to):
    first = invitation_to("Price", ("Zhou", {}), ("Adams", {}))
    second = invitation_to("Samples", ("Miller", {}))
    assert find_invitation(first.subject_key) is first
    assert find_invitation(second.subject_key) is second
    assert find_invitation("record:999999") is None
    assert [row.name for row in list_guests(first)] == ["Adams", "Zhou"]
    assert [row.name for row in list_guest_rows(anna, second.subject_key)] == ["Miller"]
    assert path_of(first.subject_key) == f"/interactions/{first.record_id}"
    assert path_of("meeting:7") == "/shows/meetings/7"


def test_answer_is_outdated_after_the_time_changed(anna, invitation_to):
    guests = ("Adams", declined()), ("Berg", declined() | {"answered_sequence": 1})
    row = invitation_to("Price", *guests, sequence=2, time_sequence=1)
    assert [guest.is_outdated for guest in list_guest_rows(anna, row.subject_key)] == [True, False]


def test_declines_and_proposals_of_open_invitations_are_listed_latest_first(anna, actor, invitation_to, session):
    accepted = declined() | {"answer": GuestAnswer.accepted}
    proposed = accepted | {"proposed_at": now() + timedelta(days=1)}
    invitation_to(
        "Price",
        ("Adams", declined(hours=1)),
        ("Berg", declined(days=1)),
        ("Chen", declined(days=1, seconds=1)),
        ("Diaz", accepted),
        ("Evans", proposed),
        ("Frank", {}),
    )
    invitation_to("Canceled", ("Gray", declined()), canceled_at=now())
    invitation_to("Of Clara", ("Hall", declined()), organizer_id=actor("clara").id)
    gone = invitation_to("Archived", ("Ivers", declined()))
    archived(session.get_one(Interaction, gone.record_id))
    rows = list_declines(anna, now() - timedelta(days=1))
    assert [row.name for row in rows] == ["Evans", "Adams", "Berg"]
    assert [row.name for row in list_declines(actor("clara"), now() - timedelta(days=1))] == ["Hall"]


def test_at_most_ten_declines_are_listed(anna, invitation_to):
    invitation_to("Price", *((f"Guest{n:02}", declined(minutes=n)) for n in range(MAX_LINES + 1)))
    names = [row.name for row in list_declines(anna, now() - timedelta(days=1))]
    assert names == [f"Guest{n:02}" for n in range(10)]


def test_answer_is_of_the_guest_of_this_invitation(invitation_to, session):
    first, second = invitation_to("Price"), invitation_to("Samples", ("Berg", {}))
    for row in (first, second):
        session.add(CalendarGuest(invitation_id=row.id, address="Adams@Example.org", name="Adams"))
    session.flush()
    reply = CalendarReply(second.uid, "adams@example.org", GuestAnswer.accepted, 0, None)
    guest = find_guest(list_guests(second), reply)
    assert (guest.invitation_id, guest.address) == (second.id, "Adams@Example.org")
    assert find_guest([], reply) is None
    assert find_guest(list_guests(second), replace(reply, attendee="other@example.org")) is None


def test_former_address_of_a_guest_is_hidden(anna, invitation, session):
    (zhou,) = [row for row in list_guest_rows(anna, invitation.subject_key) if row.person_id]
    assert zhou.address == "zhou@example.cn"
    reachable(session.get_one(Person, zhou.person_id), email="zhou@new.example")
    addresses = {row.name: row.address for row in list_guest_rows(anna, invitation.subject_key)}
    assert (addresses.pop(zhou.name), *addresses.values()) == ("", "clara@demo.example")
