"""Store the result of an attempt: the only code that writes states after a claim."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from crm.core import clock
from crm.core.data.base import Instant
from crm.core.mail.outbox.kinds import resends
from crm.core.mail.outbox.models import Mail, MailAttempt
from crm.core.mail.outbox.policy import AttemptOutcome, MailState, backoff, is_past_retries, may_resend
from crm.core.words import _

if TYPE_CHECKING:
    from crm.core.mail.outbox.claim import ClaimedMail

MAIL: Any = Mail.__table__
ATTEMPT: Any = MailAttempt.__table__
MAX_LOST_CONNECTIONS = 2


class Result(NamedTuple):
    """How an attempt ended; without an outcome the email was not tried and becomes due again."""

    mail: ClaimedMail
    outcome: AttemptOutcome | None
    text: str = ""


def _is_claimed_by(worker: Any, *states: MailState) -> sa.ColumnElement[bool]:
    # Not IN: a list of values can't be used in a statement that is executed for many rows at once.
    return sa.and_(MAIL.c.worker == worker, sa.or_(*(MAIL.c.state == state for state in states)))


# Built once: they are executed for every email, and building them costs more than executing them.
_IDS: sa.BindParameter[Any] = sa.bindparam("b_ids", expanding=True)
_WORKER: sa.BindParameter[str] = sa.bindparam("b_worker", type_=sa.String())
_NOW: sa.BindParameter[datetime] = sa.bindparam("b_now", type_=Instant())
_ID: sa.BindParameter[int] = sa.bindparam("b_id", type_=sa.Integer())
_CLAIMED = sa.and_(MAIL.c.id.in_(_IDS), _is_claimed_by(_WORKER, MailState.claimed))
_MARKED = {"state": MailState.sending}
_MARK = sa.update(MAIL).where(_CLAIMED, MAIL.c.lease_until > _NOW).values(_MARKED).returning(MAIL.c.id)
_LOCK = sa.select(MAIL.c.id).where(_CLAIMED, MAIL.c.lease_until > sa.func.clock_timestamp())
_LOCK = _LOCK.with_for_update(skip_locked=True)
_LOCK_UNSENT = sa.select(MAIL.c.id).where(
    MAIL.c.id.in_(_IDS), _is_claimed_by(_WORKER, MailState.claimed, MailState.sending)
)
_LOCK_UNSENT = _LOCK_UNSENT.with_for_update(skip_locked=True)
_MARK_LOCKED = sa.update(MAIL).where(_CLAIMED).values(_MARKED)


def mark_sending(connection: Connection, worker: str, ids: Sequence[int]) -> set[int]:
    """Commit the markers; return the emails whose dot may be sent.

    A row locked by someone else at this moment (a cancellation not yet committed) counts as lost, without waiting.
    SQLite has one writer at a time, so a row is never locked there.
    """
    params = {"b_ids": ids, "b_worker": worker}
    if connection.dialect.name != "postgresql":
        return set(connection.scalars(_MARK, params | {"b_now": clock.real_now()}))
    free = connection.scalars(_LOCK, params).all()
    if free:
        connection.execute(_MARK_LOCKED, params | {"b_ids": free})
    return set(free)


def settle_results(connection: Connection, worker: str, results: Sequence[Result]) -> None:
    """Store the results of emails claimed under this name, with a row for each attempt."""
    now = clock.now()
    sent = [r for r in results if r.outcome is AttemptOutcome.sent]
    if sent:
        common = {"b_worker": worker, "b_now": now}
        connection.execute(_SENT, [common | {"b_id": r.mail.id, "b_reply": r.text[:200]} for r in sent])
    secret_ids = [r.mail.id for r in sent if r.mail.secret]
    if secret_ids:
        connection.execute(_WIPE, {"b_ids": secret_ids})
    unsent = [r for r in results if r.outcome is not AttemptOutcome.sent]
    # As with the marker, a row locked by a cancellation is skipped; its lease expires if the cancellation rolls back.
    params = {"b_ids": [r.mail.id for r in unsent], "b_worker": worker}
    free = set(connection.scalars(_LOCK_UNSENT, params)) if unsent else set()
    for result in unsent:
        if result.mail.id in free:
            is_claimed = sa.and_(
                MAIL.c.id == result.mail.id, _is_claimed_by(worker, MailState.claimed, MailState.sending)
            )
            connection.execute(sa.update(MAIL).where(is_claimed).values(lease_until=None, **_new_values(result, now)))
    attempts = [
        {"mail_id": r.mail.id, "at": now, "outcome": r.outcome, "text": r.text[:500], "worker": worker}
        for r in results
        if r.outcome is not None
    ]
    if attempts:
        connection.execute(sa.insert(ATTEMPT), attempts)


# The server's acceptance counts even if the lease has expired, as long as nobody else has claimed the row since:
# recovery leaves the worker's name in place.
_SENT = (
    sa.update(MAIL)
    .where(MAIL.c.id == _ID, _is_claimed_by(_WORKER, MailState.sending, MailState.retry, MailState.uncertain))
    .values(
        state=MailState.sent,
        queue_id=sa.bindparam("b_reply"),
        sent_at=_NOW,
        first_tried_at=sa.func.coalesce(MAIL.c.first_tried_at, _NOW),
        tries=MAIL.c.tries + 1,
        lease_until=None,
    )
)

# The secret email was delivered: its link must not be readable in the database or in a backup.
_WIPE = sa.update(MAIL).where(MAIL.c.id.in_(_IDS), MAIL.c.secret, MAIL.c.state == MailState.sent)
_WIPE = _WIPE.values(mime=b"", text="")


def _new_values(result: Result, now: datetime) -> dict[str, Any]:
    """Return the new state of an unsent email, with what goes with it."""
    mail = result.mail
    if result.outcome in (None, AttemptOutcome.no_longer_needed, AttemptOutcome.display_only):
        return _settle_untried(result)
    tried = {"tries": mail.tries + 1, "first_tried_at": mail.first_tried_at or now}
    if result.outcome is AttemptOutcome.refused:
        return tried | {"state": MailState.dead, "why_dead": result.text[:500]}
    if result.outcome is AttemptOutcome.uncertain:
        return tried | _settle_ambiguous(mail, now)
    if result.outcome is AttemptOutcome.interrupted and mail.tries < MAX_LOST_CONNECTIONS:
        return tried | {"state": MailState.pending}
    return tried | _retry_values(mail, now, result.text)


def _settle_untried(result: Result) -> dict[str, Any]:
    if result.outcome is None:
        return {"state": MailState.retry if result.mail.tries else MailState.pending}
    return {
        "state": MailState.canceled if result.outcome is AttemptOutcome.no_longer_needed else MailState.display_only
    }


def _retry_values(mail: ClaimedMail, now: datetime, why: str) -> dict[str, Any]:
    if is_past_retries(mail.first_tried_at, now):
        return {
            "state": MailState.dead,
            "why_dead": _("Sending stopped after 48 hours of attempts. %(why)s", why=why)[:500],
        }
    return {"state": MailState.retry, "next_at": now + backoff(mail.tries + 1, random.random())}  # noqa: S311


def _settle_ambiguous(mail: ClaimedMail, now: datetime) -> dict[str, Any]:
    values = {"ambiguous": mail.ambiguous + 1, "ever_ambiguous": True}
    if not may_resend(mail.ambiguous + 1, resend_when_uncertain=resends(mail.kind, mail.audience)):
        return values | {"state": MailState.uncertain}
    return values | {"state": MailState.retry, "next_at": now + backoff(mail.ambiguous + 1, random.random())}  # noqa: S311
