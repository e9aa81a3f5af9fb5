"""When a user leaves, the new owner organizes the appointments to which the user invited."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.accounts.services.reassignment import list_parts
from crm.accounts.services.users import deactivate_user
from crm.core.hooks import USER_PARTS
from crm.core.mail.outbox.models import Mail
from crm.feeds.jobs import update_invitations
from crm.invitations.queries import list_guests
from tests.feeds.conftest import calendar_of, event_of, send


@pytest.fixture
def update(session, call):
    """Change the place of the call, send the update, and return its email to Zhou."""

    def run() -> Mail:
        call.place = "Room 9"
        session.commit()
        update_invitations()
        stmt = sa.select(Mail).where(Mail.address == "zhou@example.cn").options(sa.orm.undefer("*"))
        return session.scalars(stmt.order_by(Mail.id.desc())).first()

    return run


def organizer_of(mail: Mail) -> str:
    return str(event_of(calendar_of(mail))["ORGANIZER"])


def test_new_owner_organizes_the_appointments_to_come(anna, call, people, session, mailbox, update):
    invitation = send(anna, call)
    assert ("Invitations to appointments", 1) in [(str(label), n) for label, n in list_parts(anna.id, is_leaving=True)]
    deactivate_user(people["anna"], people["clara"])
    assert invitation.organizer_id == people["clara"].id
    mail = update()
    assert "Clara Whitfield changed this appointment." in mail.text
    assert b"clara@demo.example" in mail.mime


def test_organizer_address_stays_the_same_with_a_mailbox(anna, call, people, session, mailbox, update):
    send(anna, call)
    before = organizer_of(update())
    deactivate_user(people["anna"], people["clara"])
    call.subject = "Samples"
    mail = update()
    assert organizer_of(mail) == before
    assert "Clara Whitfield changed" in mail.text


def test_organizer_stays_without_a_mailbox(anna, call, people, session, update):
    invitation = send(anna, call)
    assert "Invitations to appointments" not in [str(label) for label, _n in list_parts(anna.id, is_leaving=True)]
    deactivate_user(people["anna"], people["clara"])
    assert invitation.organizer_id == anna.id
    assert organizer_of(update()) == "mailto:anna@demo.example"


def test_new_owner_who_was_a_guest_is_the_organizer_only(anna, call, people, session, mailbox, update):
    invitation = send(anna, call)
    assert people["clara"].id in [guest.user_id for guest in list_guests(invitation)]
    deactivate_user(people["anna"], people["clara"])
    assert [guest.address for guest in list_guests(invitation)] == ["zhou@example.cn"]
    assert "clara@demo.example" not in str(event_of(calendar_of(update())).get("ATTENDEE"))


def test_past_appointments_keep_their_organizer(anna, call, people, session, clock, mailbox):
    invitation = send(anna, call)
    clock.set(call.at + timedelta(days=1))
    deactivate_user(people["anna"], people["clara"])
    assert invitation.organizer_id == anna.id


def test_new_owner_without_access_becomes_no_organizer(anna, call, people, session, mailbox):
    invitation = send(anna, call)
    (part,) = [part for part in USER_PARTS if str(part.label) == "Invitations to appointments"]
    assert (part.count(anna.id), part.move(people["anna"], people["boris"])) == (1, 0)
    assert invitation.organizer_id == anna.id
