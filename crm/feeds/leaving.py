"""Reassign the open invitations of a user who leaves to the new owner."""

from __future__ import annotations

import sqlalchemy as sa
from flask import current_app

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.hooks import USER_PARTS, UserPart
from crm.core.words import _l
from crm.invitations.models import CalendarGuest, CalendarInvitation

from .queries.subjects import list_readers


def _select_open(user_id: int) -> sa.Select[CalendarInvitation]:
    """Select the invitations of a user to appointments that are still to come.

    None without a mailbox: the calendars of the guests know the organizer by the user's own address then, and don't
    accept an update from another one.
    """
    invitation = CalendarInvitation
    is_open = sa.and_(invitation.canceled_at.is_(None), invitation.ends_at > clock.now())
    if not current_app.config["CRM_INBOX_ADDRESS"]:
        is_open = sa.false()
    return sa.select(invitation).where(invitation.organizer_id == user_id, is_open).order_by(invitation.id)


def _count(user_id: int) -> int:
    return db.session.scalar(_select_open(user_id).with_only_columns(sa.func.count()).order_by(None)) or 0


def _reassign(old: User, new_owner: User) -> int:
    """Make the new owner the organizer where the new owner may see the appointment; return how many."""
    moved = [
        row
        for row in db.session.scalars(_select_open(old.id)).all()
        if list_readers(row.subject_key, row.record_id, [new_owner.id])
    ]
    for row in moved:
        row.organizer_id = new_owner.id
    guest = CalendarGuest
    stmt = sa.select(guest).where(guest.user_id == new_owner.id, guest.invitation_id.in_([row.id for row in moved]))
    for one in db.session.scalars(stmt):
        db.session.delete(one)
    db.session.flush()
    return len(moved)


USER_PARTS.append(UserPart(_l("Invitations to appointments"), _count, _reassign))
