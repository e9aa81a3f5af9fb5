"""When a user leaves, the new owner organizes the appointments to which the user invited."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from crm.accounts.services.reassignment import list_parts
from crm.accounts.services.users import deactivate_user
from crm.core.hooks import USER_PARTS
from crm.core.mail.outbox.models import Mail
from crm.feeds.jobs import update_invitations
from tests.feeds.conftest import send


def test_new_owner_organizes_the_appointments_to_come(anna, call, people, session, clock):
    invitation = send(anna, call)
    assert ("Invitations to appointments", 1) in [(str(label), n) for label, n in list_parts(anna.id, is_leaving=True)]
    deactivate_user(people["anna"], people["clara"])
    assert invitation.organizer_id == people["clara"].id
    call.place = "Room 9"
    session.commit()
    update_invitations()
    stmt = (
        sa.select(Mail).where(Mail.address == "zhou@example.cn").options(sa.orm.undefer("*")).order_by(Mail.id.desc())
    )
    mail = session.scalars(stmt).first()
    assert "Clara Whitfield changed this appointment." in mail.text
    assert b"clara@demo.example" in mail.mime


def test_past_appointments_keep_their_organizer(anna, call, people, session, clock):
    invitation = send(anna, call)
    clock.set(call.at + timedelta(days=1))
    deactivate_user(people["anna"], people["clara"])
    assert invitation.organizer_id == anna.id


def test_new_owner_without_access_becomes_no_organizer(anna, call, people, session):
    invitation = send(anna, call)
    (part,) = [part for part in USER_PARTS if str(part.label) == "Invitations to appointments"]
    assert (part.count(anna.id), part.move(people["anna"], people["boris"])) == (1, 0)
    assert invitation.organizer_id == anna.id
