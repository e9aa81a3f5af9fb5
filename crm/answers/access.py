"""Who a token speaks for: verified, not expired, for an active user; anything else is NotFound."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User, load_actor
from crm.core.errors import NotFound
from crm.core.policy import Actor
from crm.invitations.models import CalendarGuest, CalendarInvitation
from crm.invitations.policy import is_over

from .policy import filing_key, guest_key, invitation_key, is_expired, meeting_target
from .tokens import DIGEST_PURPOSES, AnswerToken, TokenPurpose, is_genuine, read_token


class AnswerAccess(NamedTuple):
    """A verified token and its user."""

    token: AnswerToken
    actor: Actor

    @property
    def target(self) -> int:
        """The target of a link to one item; 0 for a digest, whose token has the number of the digest instead."""
        if self.token.purpose in DIGEST_PURPOSES:
            return 0
        is_meeting = self.token.purpose is TokenPurpose.meeting
        return meeting_target(self.token.target) if is_meeting else self.token.target


def load_access(text: str, *purposes: TokenPurpose, signed_in: Actor | None = None) -> AnswerAccess:
    """Return the content and the user of a token for one of these purposes.

    Raises NotFound, without a difference, for a forged, damaged or expired one, for a deactivated user, for one whose
    password changed since, and in the browser of another signed-in user.
    """
    token = read_token(text)
    if token is None or token.purpose not in purposes or is_expired(token.made_on, clock.now().date()):
        raise NotFound
    user = db.session.scalar(sa.select(User).where(User.id == token.user_id, User.active))
    if user is None or not is_genuine(current_app.config["SECRET_KEY"], user.fs_uniquifier, text):
        raise NotFound
    if signed_in is not None and signed_in.id != user.id:
        raise NotFound
    return AnswerAccess(token, load_actor(user))


def find_filing_actor(text: str) -> Actor | None:
    """Return the active user whose filing address has this token; None for another token."""
    token = read_token(text)
    if token is None or token.purpose is not TokenPurpose.file:
        return None
    user = db.session.scalar(sa.select(User).where(User.id == token.user_id, User.active))
    if user is None or not is_genuine(current_app.config["SECRET_KEY"], filing_key(user.uid, user.filing_number), text):
        return None
    return load_actor(user)


class GuestAccess(NamedTuple):
    """An invitation and the guests for whom an address for its answers speaks."""

    invitation: CalendarInvitation
    guests: list[CalendarGuest]


def find_guest_access(text: str) -> GuestAccess | None:
    """Return what an address for answers to an invitation speaks for; None for another token, and when it is over."""
    token = read_token(text)
    if token is None or token.purpose not in (TokenPurpose.invitation, TokenPurpose.guest):
        return None
    row = db.session.get(CalendarInvitation, token.target)
    if row is None or is_over(row.ends_at, clock.now()):
        return None
    is_shared = token.purpose is TokenPurpose.invitation
    stmt = sa.select(CalendarGuest).where(CalendarGuest.invitation_id == row.id)
    guests = list(db.session.scalars(stmt.where(CalendarGuest.has_own_address != is_shared)))
    if is_shared:
        return GuestAccess(row, guests) if _is_signed(text, invitation_key(row.uid)) else None
    own = [guest for guest in guests if _is_signed(text, guest_key(row.uid, guest.address))]
    return GuestAccess(row, own) if own else None


def _is_signed(text: str, key: str) -> bool:
    return is_genuine(current_app.config["SECRET_KEY"], key, text)
