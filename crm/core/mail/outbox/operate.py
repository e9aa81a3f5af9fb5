"""What a user can do with an email: send it again, mark it as delivered, cancel it. The caller checks rights."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.errors import Conflict
from crm.core.mail.outbox.encryption import WIPED, is_wiped
from crm.core.mail.outbox.models import Mail, MailAttempt
from crm.core.mail.outbox.policy import AttemptOutcome, MailState
from crm.core.words import _

MAY_RESEND = frozenset({MailState.dead, MailState.uncertain, MailState.canceled, MailState.retry})
DELIVERABLE_STATES = frozenset({MailState.dead, MailState.uncertain, MailState.retry})
MAY_CANCEL = frozenset({MailState.pending, MailState.retry, MailState.uncertain, MailState.claimed})


def resend(session: Session, mail: Mail, by: str) -> None:
    """Send an email now, as if for the first time: same bytes, same Message-ID.

    Raises Conflict while it is being sent, and for a secret one whose link was wiped.
    """
    if is_wiped(session, mail):
        raise Conflict(_("The link in this email has expired. Send a new invitation or password reset."))
    fresh = {"ambiguous": 0, "tries": 0, "first_tried_at": None, "why_dead": None, "next_at": clock.now()}
    _move(session, mail, MAY_RESEND, {"state": MailState.pending, **fresh})
    _note(session, mail, AttemptOutcome.resent, by)


def retry_all(session: Session) -> None:
    """Make every email that waits for its next attempt due now, for when the mail server can be reached again."""
    stmt = sa.update(Mail).where(Mail.state == MailState.retry).values(next_at=clock.now())
    session.execute(stmt.execution_options(synchronize_session=False))


def mark_delivered(session: Session, mail: Mail, by: str) -> None:
    """Mark a doubtful or undelivered email as delivered. Raises Conflict in other states."""
    wiped = WIPED if mail.secret else {}
    _move(session, mail, DELIVERABLE_STATES, {"state": MailState.sent, "sent_at": clock.now(), **wiped})
    _note(session, mail, AttemptOutcome.marked_delivered, by)


def cancel_mail(session: Session, mail: Mail, by: str) -> None:
    """Cancel an email, or its repetition. Raises Conflict when it was sent or is being sent."""
    _move(session, mail, MAY_CANCEL, {"state": MailState.canceled})
    _note(session, mail, AttemptOutcome.canceled, by)


def _move(session: Session, mail: Mail, allowed: Collection[MailState], values: dict[str, Any]) -> None:
    """Change the state if it has not changed meanwhile.

    A worker that sends it at this moment is either first or loses.
    """
    moved = sa.update(Mail).where(Mail.id == mail.id, Mail.state.in_(allowed))
    moved = moved.values(**values, lease_until=None, worker=None)
    result: Any = session.execute(moved.execution_options(synchronize_session=False))
    session.expire(mail)
    if result.rowcount != 1:
        raise Conflict(_("This email's status is now “%(state)s”. Reload the page.", state=mail.state.label))


def _note(session: Session, mail: Mail, outcome: AttemptOutcome, by: str) -> None:
    session.add(MailAttempt(mail_id=mail.id, at=clock.now(), outcome=outcome, worker=by[:80]))
    session.flush()
