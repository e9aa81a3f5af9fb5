"""The secret feed of a user, and invitations: sent, updated and canceled."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.locks import lock_row
from crm.core.data.record import Record
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.core.tokens import hash_token, new_token
from crm.core.words import _
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionState
from crm.invitations.models import CalendarGuest, CalendarInvitation
from crm.invitations.policy import interaction_key
from crm.invitations.queries import find_invitation, list_guests
from crm.shows.models import ShowMeeting

from .mails import mail_guests
from .models import CalendarFeed
from .policy import CalendarEvent, Invitee
from .queries.subjects import Subject, interaction_subject, list_readers, meeting_subject


def make_feed(user_id: int) -> str:
    """Give a user a new feed and return its token, which isn't stored; the old address ends."""
    token = new_token()
    row = db.session.get(CalendarFeed, user_id)
    if row is None:
        row = CalendarFeed(user_id=user_id, has_details=False)
        db.session.add(row)
    row.token_hash, row.created_at = hash_token(token), clock.now()
    db.session.flush()
    return token


def set_details(user_id: int, *, has_details: bool) -> None:
    """Set whether a user's feed has more than titles."""
    row = db.session.get(CalendarFeed, user_id)
    if row is not None:
        row.has_details = has_details
        db.session.flush()


def end_feed(user_id: int) -> None:
    """End a user's feed."""
    row = db.session.get(CalendarFeed, user_id)
    if row is not None:
        db.session.delete(row)
        db.session.flush()


def invite(actor: Actor, subject: Subject, invitees: Sequence[Invitee], message: str = "") -> CalendarInvitation:
    """Send the invitation to a subject to more people; those who were invited before keep theirs.

    If the appointment has changed since, they get the update first. Raises Invalid for a subject that is over or
    canceled, and without invitees.
    """
    if not subject.is_open:
        raise Invalid(_("Only planned appointments with a time can be sent as invitations."))
    if subject.is_over(clock.now()):
        raise Invalid(_("Reschedule this appointment first, because it's already over."))
    if not invitees:
        raise Invalid(_("Choose at least one person."), "invitees")
    # Two users who invite at the same moment use one invitation: the second waits for the first.
    lock_row(Record, subject.record_id)
    invitation, was_canceled = _open_invitation(actor, subject)
    invitation.message = message
    _copy_event(invitation, subject.event)
    db.session.flush()
    added = _exclude_guests(invitation, invitees)
    db.session.add_all(_guest_of(invitation, one) for one in added)
    db.session.flush()
    first = [one.address for one in (invitees if was_canceled else added)]
    mail_guests(invitation, [one.address for one in invitees], invited_first=first)
    return invitation


def _open_invitation(actor: Actor, subject: Subject) -> tuple[CalendarInvitation, bool]:
    """Return the current or a new invitation to a subject, and whether it was canceled until now."""
    invitation = find_invitation(subject.key) or _find_rescheduled(subject)
    if invitation is None:
        invitation = CalendarInvitation(subject_key=subject.key, organizer_id=actor.id or 0, uid=subject.event.uid)
        invitation.record_id, invitation.sequence, invitation.time_sequence = subject.record_id, 0, 0
        db.session.add(invitation)
        return invitation, False
    if invitation.canceled_at is None:
        # Copying the new time without an update would hide the change from those who were invited before.
        refresh_invitation(invitation)
        return invitation, False
    # A calendar that has removed the event takes it back only with a higher number.
    invitation.canceled_at, invitation.sequence = None, invitation.sequence + 1
    invitation.time_sequence = invitation.sequence
    return invitation, True


def list_uninvited(subject: Subject, invitees: Sequence[Invitee]) -> list[Invitee]:
    """Return those who would get their first invitation to a subject, each address once."""
    invitation = find_invitation(subject.key) or _find_rescheduled(subject)
    if invitation is None or invitation.canceled_at is not None:
        return list({one.address: one for one in invitees}.values())
    return _exclude_guests(invitation, invitees)


def _exclude_guests(invitation: CalendarInvitation, invitees: Sequence[Invitee]) -> list[Invitee]:
    existing = {guest.address for guest in list_guests(invitation)}
    return [one for one in {one.address: one for one in invitees}.values() if one.address not in existing]


def _find_rescheduled(subject: Subject) -> CalendarInvitation | None:
    """Return the invitation to the interaction from which this one was rescheduled, however often; None without one."""
    kind, _colon, id = subject.key.partition(":")
    former_id: int | None = int(id) if kind == "record" else None
    while former_id is not None:
        stmt = sa.select(Interaction.id).where(
            Interaction.rescheduled_to_id == former_id, Interaction.state == InteractionState.rescheduled
        )
        former_id = db.session.scalar(stmt.order_by(Interaction.id).limit(1))
        invitation = find_invitation(interaction_key(former_id)) if former_id is not None else None
        if invitation is not None and invitation.canceled_at is None:
            return invitation
    return None


def _guest_of(invitation: CalendarInvitation, one: Invitee) -> CalendarGuest:
    columns = {"name": one.name, "language": one.language, "user_id": one.user_id, "person_id": one.person_id}
    return CalendarGuest(invitation_id=invitation.id, address=one.address, **columns)


def refresh_invitation(invitation: CalendarInvitation) -> bool:
    """Email an update if the appointment changed, or a cancellation; return whether there was one.

    Nothing is sent about one that took place or is over, but guests who expect one that was moved into the past get the
    update. An interaction that was rescheduled goes on as another one: the invitation follows it, with the same
    identifier. One that is planned again after its cancellation is updated.
    """
    subject = _load_subject(invitation)
    now = clock.now()
    if subject is not None and subject.is_open:
        is_same_time = invitation.canceled_at is None and _has_same_time(invitation, subject.event)
        is_unchanged = invitation.canceled_at is None and _is_same(invitation, subject.event)
        if is_unchanged or (subject.is_over(now) and invitation.ends_at <= now):
            return False
        invitation.canceled_at = None
        _copy_event(invitation, subject.event)
    elif invitation.canceled_at is not None or invitation.ends_at <= now or (subject and subject.is_over(now)):
        return False
    else:
        is_same_time = True
        invitation.canceled_at = now
    invitation.sequence += 1
    if not is_same_time:
        invitation.time_sequence = invitation.sequence
    db.session.flush()
    guests = list_guests(invitation)
    user_ids = [guest.user_id for guest in guests if guest.user_id is not None]
    users = list_readers(invitation.subject_key, invitation.record_id, user_ids)
    reader_ids = {None, *(user.id for user in users)}
    mail_guests(invitation, [guest.address for guest in guests if guest.user_id in reader_ids])
    return True


def _load_subject(invitation: CalendarInvitation) -> Subject | None:
    kind, _colon, id = invitation.subject_key.partition(":")
    if kind == "meeting":
        meeting = db.session.get(ShowMeeting, int(id))
        return meeting_subject(meeting) if meeting else None
    row = db.session.get(Interaction, int(id))
    while row is not None and row.state is InteractionState.rescheduled and row.rescheduled_to_id:
        row = db.session.get(Interaction, row.rescheduled_to_id)
    if row is None:
        return None
    subject = interaction_subject(row)
    invitation.subject_key, invitation.record_id = subject.key, subject.record_id
    return subject


def _copy_event(invitation: CalendarInvitation, event: CalendarEvent) -> None:
    for name, value in _values(event).items():
        setattr(invitation, name, value)


def _is_same(invitation: CalendarInvitation, event: CalendarEvent) -> bool:
    return all(getattr(invitation, name) == value for name, value in _values(event).items())


def _has_same_time(invitation: CalendarInvitation, event: CalendarEvent) -> bool:
    return (invitation.starts_at, invitation.ends_at) == (event.starts_at, event.ends_at)


def _values(event: CalendarEvent) -> dict[str, object]:
    values = {"summary": event.summary[:300], "location": event.location[:300], "zone": event.zone}
    return values | {"starts_at": event.starts_at, "ends_at": event.ends_at}
