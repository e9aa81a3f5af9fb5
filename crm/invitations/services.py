"""Note what guests answered."""

from __future__ import annotations

from collections.abc import Iterable

from crm.core import clock
from crm.core.data.base import db

from .models import CalendarGuest, CalendarInvitation
from .policy import CalendarReply, is_newer, stamp_of


def find_guest(guests: Iterable[CalendarGuest], reply: CalendarReply) -> CalendarGuest | None:
    """Return the guest whose calendar answered; None for the address of another person."""
    return next((guest for guest in guests if guest.address.lower() == reply.attendee), None)


def answer_invitation(guest: CalendarGuest, reply: CalendarReply) -> bool:
    """Note an answer or a proposal; return whether it was newer than the stored one. Flushes.

    Nothing but this status changes: neither the appointment nor its participants.
    """
    now = clock.now()
    stamp = stamp_of(reply, now)
    invitation = db.session.get_one(CalendarInvitation, guest.invitation_id)
    # A higher number than was sent must not hold off later answers, nor count as an answer to later changes.
    sequence = min(reply.sequence, invitation.sequence)
    if not is_newer(sequence, stamp, guest.answered_sequence, guest.answer_stamp):
        return False
    guest.answer = reply.answer or guest.answer
    guest.answered_at, guest.answer_stamp, guest.answered_sequence = now, stamp, sequence
    guest.comment, guest.proposed_at, guest.proposed_end_at = reply.comment, reply.starts_at, reply.ends_at
    db.session.flush()
    return True
