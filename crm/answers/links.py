"""The paths of answer links and the reply addresses of one user's emails of one day."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from flask import current_app

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.invitations.models import CalendarGuest, CalendarInvitation

from .policy import FILING_DAY, filing_key, guest_key, invitation_key
from .tokens import AnswerToken, TokenPurpose, build_token

PREFIX = "/a/"


class AnswerLinks:
    """Builds the links in the emails of a user; one statement, however many links.

    `digest_number` counts the user's earlier digests of the day.
    """

    def __init__(self, user_id: int, made_on: date, digest_number: int = 0) -> None:
        self.user_id = user_id
        self.made_on = made_on
        self.digest_number = digest_number
        columns = (User.fs_uniquifier, User.uid, User.filing_number)
        row = db.session.execute(sa.select(*columns).where(User.id == user_id)).one_or_none()
        self._account_key = row.fs_uniquifier if row else ""
        self._filing_key = filing_key(row.uid, row.filing_number) if row else ""

    def for_item(self, target: int) -> str:
        """Return the path of the page that answers one follow-up, interaction or (below zero) meeting at a show."""
        purpose = TokenPurpose.meeting if target < 0 else TokenPurpose.item
        return PREFIX + self._token(purpose, abs(target))

    def for_digest(self) -> str:
        """Return the path of the page that answers the items of the day's digest."""
        return PREFIX + self._token(TokenPurpose.digest, self.digest_number)

    def for_undo(self, answer_id: int) -> str:
        """Return the path of the page that undoes an answer."""
        return PREFIX + self._token(TokenPurpose.undo, answer_id)

    def reply_to(self, record_id: int | None = None) -> str:
        """Return the address for replies to a digest, or to the email about a record; "" without a mailbox."""
        mailbox, _sign, domain = current_app.config["CRM_INBOX_ADDRESS"].partition("@")
        if not domain:
            return ""
        purpose = TokenPurpose.reply_to_item if record_id else TokenPurpose.reply_to_digest
        return f"{mailbox}+{self._token(purpose, record_id or self.digest_number)}@{domain}"

    def filing_address(self) -> str:
        """Return the user's secret address for filing emails, the same until replaced; "" without a mailbox."""
        mailbox, _sign, domain = current_app.config["CRM_INBOX_ADDRESS"].partition("@")
        token = AnswerToken(TokenPurpose.file, self.user_id, 0, FILING_DAY)
        return (
            f"{mailbox}+{build_token(current_app.config['SECRET_KEY'], self._filing_key, token)}@{domain}"
            if domain
            else ""
        )

    def _token(self, purpose: TokenPurpose, target: int) -> str:
        token = AnswerToken(purpose, self.user_id, target, self.made_on)
        return build_token(current_app.config["SECRET_KEY"], self._account_key, token)


def guest_address(invitation: CalendarInvitation, guest: CalendarGuest) -> str:
    """Return the address to which the calendar of a guest sends its answers; "" without a mailbox.

    Guests who were invited before they had addresses of their own keep that of the invitation: calendars don't accept
    an update from another organizer.
    """
    if not guest.has_own_address:
        return _build_address(TokenPurpose.invitation, invitation, invitation_key(invitation.uid))
    return _build_address(TokenPurpose.guest, invitation, guest_key(invitation.uid, guest.address))


def _build_address(purpose: TokenPurpose, invitation: CalendarInvitation, key: str) -> str:
    mailbox, _sign, domain = current_app.config["CRM_INBOX_ADDRESS"].partition("@")
    text = build_token(current_app.config["SECRET_KEY"], key, AnswerToken(purpose, 0, invitation.id, FILING_DAY))
    return f"{mailbox}+{text}@{domain}" if domain else ""
