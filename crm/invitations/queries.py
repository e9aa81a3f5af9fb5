"""Invitations, their guests as far as the reader may know them, and declines."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select, alias, db
from crm.core.data.record import Record, visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.people.queries import is_readable_address

from .models import CalendarGuest, CalendarInvitation
from .policy import GuestAnswer

MAX_LINES = 10


class GuestRow(NamedTuple):
    """A guest of an invitation and the answer; `is_outdated` if it is about an earlier time.

    `address` is "" if the reader may not see it.
    """

    name: str
    address: str
    person_id: int | None
    answer: GuestAnswer | None
    answered_at: datetime | None
    is_outdated: bool
    comment: str
    proposed_at: datetime | None
    zone: str

    @property
    def answer_text(self) -> str:
        """What the guest answered and when."""
        if self.answered_at is None:
            return _("No answer yet")
        answer = str(self.answer.label) if self.answer else _("No decision")
        text = _("%(answer)s, %(when)s", answer=answer, when=formats.moment(self.answered_at))
        return _("%(answer)s (for an earlier time)", answer=text) if self.is_outdated else text

    @property
    def proposal_text(self) -> str:
        """The other time that the guest proposed; "" without one."""
        if self.proposed_at is None:
            return ""
        when = f"{formats.moment(self.proposed_at, self.zone)} ({formats.place(self.zone)})"
        return _("Proposes %(when)s", when=when)


def find_invitation(subject_key: str) -> CalendarInvitation | None:
    """Return the invitation to a subject that was sent; None if nobody was invited."""
    return db.session.scalars(
        sa.select(CalendarInvitation).where(CalendarInvitation.subject_key == subject_key)
    ).one_or_none()


def list_guests(invitation: CalendarInvitation) -> list[CalendarGuest]:
    """Return who was invited, by name."""
    stmt = sa.select(CalendarGuest).where(CalendarGuest.invitation_id == invitation.id)
    return list(db.session.scalars(stmt.order_by(CalendarGuest.name, CalendarGuest.address)))


def list_guest_rows(actor: Actor, subject_key: str) -> list[GuestRow]:
    """Return the guests of a subject that the actor may see, by name; without people whom the actor may not see."""
    return [
        GuestRow(
            row.name,
            row.address,
            row.person_id,
            row.answer,
            row.answered_at,
            row.answered_sequence is not None and row.answered_sequence < row.time_sequence,
            row.comment,
            row.proposed_at,
            row.zone,
        )
        for row in _guests(actor, key=subject_key)
    ]


def _is_known(profile: AccessProfile) -> sa.ColumnElement[bool]:
    """Return the condition for guests without those who are people whom the reader may not see."""
    # Not IN a list of all visible people, which the database would compute first.
    person = alias(Record, "guest_person")
    is_visible = sa.exists().where(person.id == CalendarGuest.person_id, visible(profile, person))
    return sa.or_(CalendarGuest.person_id.is_(None), is_visible)


@cached_query
def _guests(profile: AccessProfile) -> Select:
    guest, invitation = CalendarGuest, CalendarInvitation
    may_see = sa.or_(guest.person_id.is_(None), is_readable_address(profile, guest.address))
    names = (guest.name, sa.case((may_see, guest.address), else_="").label("address"), guest.person_id)
    answer = (guest.answer, guest.answered_at, guest.answered_sequence, guest.comment)
    times = (guest.proposed_at, invitation.time_sequence, invitation.zone)
    return (
        sa.select(*names, *answer, *times)
        .join(invitation, invitation.id == guest.invitation_id)
        .where(invitation.subject_key == sa.bindparam("key"), _is_known(profile))
        .order_by(guest.name, guest.address)
    )


def list_declines(actor: Actor, since: datetime) -> list[Any]:
    """Return the guests who declined or proposed another time since a moment, of the actor's open invitations.

    Latest first, at most ten.
    """
    return list(_declines(actor, since=since))


@cached_query
def _declines(profile: AccessProfile) -> Select:
    guest, invitation = CalendarGuest, CalendarInvitation
    columns = (guest.name, guest.answer, guest.answered_at, invitation.summary, invitation.subject_key)
    return (
        sa.select(*columns, Record.id, Record.kind, Record.confidential)
        .select_from(guest)
        .join(invitation, invitation.id == guest.invitation_id)
        .join(Record, Record.id == invitation.record_id)
        .where(guest.answered_at >= sa.bindparam("since", type_=Instant))
        .where(sa.or_(guest.answer == GuestAnswer.declined, guest.proposed_at.is_not(None)))
        .where(invitation.organizer_id == profile.id, invitation.canceled_at.is_(None))
        .where(Record.archived_at.is_(None), visible(profile), _is_known(profile))
        .order_by(guest.answered_at.desc(), guest.address)
        .limit(MAX_LINES)
    )


def path_of(subject_key: str) -> str:
    """Return the path of the page of an appointment."""
    kind, _colon, id = subject_key.partition(":")
    return f"/shows/meetings/{id}" if kind == "meeting" else f"/interactions/{id}"
