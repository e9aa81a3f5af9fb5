"""Answers of guests' calendars to invitations, sent to the signed address of an invitation."""

from __future__ import annotations

from crm.answers.access import GuestAccess
from crm.inbox.message import IncomingMail, list_calendars
from crm.inbox.policy import InboxOutcome
from crm.invitations.replies import read_replies
from crm.invitations.services import answer_invitation, find_guest


def handle_calendar_answer(access: GuestAccess, mail: IncomingMail) -> InboxOutcome | None:
    """Note the answers in an email to the address of a guest; None if it has none.

    The signed address, the identifier and the guest must belong together; the sender's name proves nothing. An older or
    repeated answer changes nothing. An answer of a person who wasn't invited, or of another guest than that of the
    address, and one that decides nothing, waits for the organizer.
    """
    replies = [reply for data in list_calendars(mail) for reply in read_replies(data)]
    if not replies:
        return None
    matching = [reply for reply in replies if reply.uid == access.invitation.uid]
    if not matching:
        return InboxOutcome.refused
    outcome = InboxOutcome.waiting
    for reply in matching:
        guest = find_guest(access.guests, reply)
        if guest is not None and (reply.answer is not None or reply.starts_at is not None):
            is_new = answer_invitation(guest, reply)
            outcome = InboxOutcome.answered if is_new else InboxOutcome.duplicate
    return outcome
