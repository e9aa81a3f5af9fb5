"""Emails with an invitation, its update or its cancellation."""

from __future__ import annotations

from collections.abc import Collection
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm import calendars
from crm.answers.links import guest_address
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.centers import find_center
from crm.core.data.identity import User
from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.i18n.formats import as_read_by
from crm.core.i18n.outside_texts import find_texts
from crm.core.mail.messages import CalendarPart, RenderedMail, render_mail
from crm.core.mail.outbox.claim import ClaimedMail
from crm.core.mail.outbox.kinds import MailKind, declare_mail_kind
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import Audience, MailState
from crm.core.mail.outbox.put import put_mail
from crm.core.policy import Actor
from crm.core.words import _l
from crm.invitations.models import CalendarGuest, CalendarInvitation
from crm.people.models import Person

from .guest_texts import TEXTS
from .ical import Invitation, build_invitation
from .policy import CalendarEvent
from .queries.subjects import list_readers

KIND = "calendar_invitation"
UNDELIVERED = (MailState.pending, MailState.retry, MailState.dead, MailState.canceled)
"""States of emails that didn't reach the guest; earlier ones that still wait are no longer sent."""


def _still_wanted(session: Session, mail: ClaimedMail) -> bool:
    """Return whether the email has the latest state of an appointment that isn't over and that its reader may see.

    One that was moved into the past is announced, too. A cancellation needs an invitation that was sent.
    """
    _kind, invitation_id, sequence, address = mail.dedupe_key.split(":", 3)
    row = session.get(CalendarInvitation, int(invitation_id))
    if row is None or row.sequence != int(sequence) or mail.date < row.ends_at <= clock.now():
        return False
    if row.canceled_at is not None and not _was_invited(session, row, address):
        return False
    return mail.user_id is None or bool(list_readers(row.subject_key, row.record_id, [mail.user_id]))


def _was_invited(session: Session, row: CalendarInvitation, address: str) -> bool:
    """Return whether an earlier email about an invitation may have reached a guest."""
    keys = [_dedupe_key(row, sequence, address) for sequence in range(row.sequence)]
    stmt = sa.select(Mail.id).where(Mail.dedupe_key.in_(keys), Mail.state.not_in(UNDELIVERED))
    return session.scalar(stmt.limit(1)) is not None


def _dedupe_key(row: CalendarInvitation, sequence: int, address: str) -> str:
    return f"{KIND}:{row.id}:{sequence}:{address}"[:200]


declare_mail_kind(
    MailKind(KIND, _l("Appointment invitation"), Audience.outside, still_wanted=_still_wanted, survives_undo=True)
)


def mail_guests(
    invitation: CalendarInvitation, addresses: Collection[str], *, invited_first: Collection[str] = ()
) -> None:
    """Put an email with the present state of an invitation into the outbox for each of these guests.

    Those of `invited_first` weren't invited before: for them it is no update, however often it was changed.
    """
    organizer = db.session.get_one(User, invitation.organizer_id)
    stmt = sa.select(CalendarGuest).where(CalendarGuest.invitation_id == invitation.id)
    guests = list(db.session.scalars(stmt.order_by(CalendarGuest.address)))
    record = db.session.get(Record, invitation.record_id)
    center = find_center(record.team_id if record else None)
    for guest in guests:
        if guest.address not in addresses:
            continue
        user = db.session.get(User, guest.user_id) if guest.user_id else None
        is_update = invitation.sequence > 0 and guest.address not in invited_first
        rendered = _render(invitation, organizer, guest, center, is_update=is_update)
        put_mail(
            KIND,
            rendered._replace(reply_to=organizer.email, invitation=_build_part(invitation, organizer, guests, guest)),
            to=user or guest.address,
            name=guest.name,
            dedupe_key=_dedupe_key(invitation, invitation.sequence, guest.address),
            record=record,
            audience=Audience.staff if user else Audience.outside,
        )


def _build_part(
    invitation: CalendarInvitation, organizer: User, guests: Collection[CalendarGuest], guest: CalendarGuest
) -> CalendarPart:
    """Return the calendar part for a guest, with the address to which this guest's calendar answers."""
    event = CalendarEvent(
        uid=invitation.uid,
        summary=invitation.summary,
        zone=invitation.zone,
        starts_at=invitation.starts_at,
        ends_at=invitation.ends_at,
        description=invitation.message,
        location=invitation.location,
    )
    names = [(guest.name, guest.address) for guest in guests]
    is_canceled = invitation.canceled_at is not None
    address = guest_address(invitation, guest) or organizer.email
    sent = Invitation((organizer.name, address), names, invitation.sequence, is_canceled)
    return CalendarPart(build_invitation(event, sent, clock.now()), sent.method)


def _render(
    invitation: CalendarInvitation, organizer: User, guest: CalendarGuest, center: str, *, is_update: bool
) -> RenderedMail:
    """Render the email in the language of the guest, with the times of the appointment's place and of the guest's."""
    texts = find_texts(TEXTS, guest.language)
    reader = Actor(id=None, zone=invitation.zone, language=texts.code)
    with as_read_by(reader):
        local = invitation.starts_at.astimezone(ZoneInfo(invitation.zone))
        starts, ends = formats.day_time(local.date(), local.time()), formats.clock_time(invitation.ends_at)
        place = formats.place(invitation.zone)
        other = formats.their_clock(invitation.starts_at, _find_zone(guest, organizer), organizer.zone)
        day = formats.day(local.date(), weekday=True)
        return render_mail(
            KIND,
            texts.code,
            center=center,
            texts=texts,
            values={"organizer": organizer.name, "item": invitation.summary, "day": day},
            invitation=invitation,
            is_update=is_update,
            when=f"{starts} – {ends} ({place}) {other}".rstrip(),
        )


def _find_zone(guest: CalendarGuest, organizer: User) -> str | None:
    """Return the time zone of a guest, for a person without one that of the country; None if unknown."""
    if guest.user_id is not None:
        return db.session.get_one(User, guest.user_id).zone
    person = db.session.get(Person, guest.person_id) if guest.person_id else None
    return (person.zone or calendars.zone_of_country(person.country, near=organizer.zone)) if person else None
