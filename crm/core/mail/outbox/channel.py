"""The channel: pause and resume all email. An administrator, a restore or a refusing mail server pauses it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.base import fetch_values
from crm.core.hooks import CHANNEL_CHANGED
from crm.core.mail.outbox.models import UNSENT_SQL, Mail, MailAttempt, MailChannel
from crm.core.mail.outbox.policy import AttemptOutcome, MailState

CONNECTION_OUTCOMES = (
    AttemptOutcome.sent,
    AttemptOutcome.refused,
    AttemptOutcome.uncertain,
    AttemptOutcome.deferred,
    AttemptOutcome.unreachable,
)
"""The outcomes that tell whether the mail server could be reached."""


def channel(session: Session) -> MailChannel:
    """Return the channel; its row is created when it is first paused."""
    return session.get(MailChannel, 1) or MailChannel(id=1, by_server=False)


def is_paused() -> bool:
    return any(fetch_values(sa.select(MailChannel.paused_at)))


def pause_channel(session: Session, why: str, *, by_server: bool = False) -> None:
    """Stop sending email. A pause by a person, or by a restore, ends only by `resume_channel`."""
    row = channel(session)
    if row.paused_at is not None and by_server:
        row.probed_at = clock.now()
        return
    row.paused_at = row.paused_at or clock.now()
    row.why = why[:500]
    row.by_server = by_server
    row.probed_at = clock.now() if by_server else None
    session.add(row)
    session.flush()
    for hook in CHANNEL_CHANGED:
        hook(session, row.why)


def resume_channel(session: Session) -> None:
    """Start sending again. The 48 hours of waiting emails begin again, because they were not tried."""
    row = channel(session)
    row.paused_at = row.why = row.probed_at = None
    row.by_server = False
    session.add(row)
    session.execute(sa.update(Mail.__table__).where(sa.text(UNSENT_SQL)).values(first_tried_at=None))  # type: ignore[arg-type]
    session.flush()
    for hook in CHANNEL_CHANGED:
        hook(session, None)


def find_connection_problem(session: Session) -> str | None:
    """Return why the mail server can't be reached, while emails wait for the next attempt; None if it was reached."""
    waits = sa.exists().where(Mail.state == MailState.retry)
    stmt = sa.select(MailAttempt.outcome, MailAttempt.text).where(MailAttempt.outcome.in_(CONNECTION_OUTCOMES), waits)
    row = session.execute(stmt.order_by(MailAttempt.id.desc()).limit(1)).one_or_none()
    return str(row.text) if row and row.outcome is AttemptOutcome.unreachable else None
