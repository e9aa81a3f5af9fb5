"""What the jobs have to do: mailings to continue, stop or finish, and emails to log."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Membership, User
from crm.core.mail.outbox.models import DUE_SQL, Mail
from crm.core.mail.outbox.policy import MailState

from .models import Mailing, MailingRecipient
from .policy import MailingState, RecipientState

SENT = (MailState.sent, MailState.display_only)
"""The states of an email that its mail server accepted, or that the demo shows instead."""
UNSENT = sa.select(MailingRecipient.mailing_id)
UNSENT = UNSENT.where(MailingRecipient.mail_id.in_(sa.select(Mail.id).where(sa.text(DUE_SQL))))
"""The mailings of unsent emails; the text of the condition is that of their index."""


def list_open_mailings() -> list[int]:
    """Return the mailings that aren't in the outbox completely, oldest first."""
    stmt = sa.select(Mailing.id).where(Mailing.state == MailingState.sending).order_by(Mailing.id)
    return list(db.session.scalars(stmt))


def list_stopped_mailings() -> list[int]:
    """Return the mailings with unsent emails whose sender was deactivated or left the team.

    Two statements, so that only the unsent emails are read, and not all mailings.
    """
    ids = set(db.session.scalars(UNSENT))
    if not ids:
        return []
    is_member = sa.exists().where(Membership.user_id == Mailing.user_id, Membership.team_id == Mailing.team_id)
    stopped = sa.select(Mailing.id).join(User, User.id == Mailing.user_id).where(Mailing.id.in_(ids))
    return list(db.session.scalars(stopped.where(sa.or_(sa.not_(User.active), sa.not_(is_member)))))


def list_finished_mailings() -> list[int]:
    """Return the scheduled mailings whose emails have all left, or were canceled."""
    stmt = sa.select(Mailing.id).where(Mailing.state == MailingState.scheduled, Mailing.id.not_in(UNSENT))
    return list(db.session.scalars(stmt.order_by(Mailing.id)))


def list_accepted_recipients(limit: int) -> list[int]:
    """Return the recipients whose email was accepted and isn't logged, oldest first."""
    stmt = (
        sa.select(MailingRecipient.id)
        .join(Mail, Mail.id == MailingRecipient.mail_id)
        .where(MailingRecipient.state == RecipientState.queued, Mail.state.in_(SENT))
    )
    return list(db.session.scalars(stmt.order_by(MailingRecipient.id).limit(limit)))
