"""Claims: leases on the emails that are due, and recovery of expired leases."""

from __future__ import annotations

import os
import secrets
import socket
import time
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.base import Instant, reading
from crm.core.mail.outbox.models import DUE_SQL, IN_PROGRESS_SQL, Mail
from crm.core.mail.outbox.policy import AttemptOutcome, Audience, MailState
from crm.core.mail.outbox.settle import Result, settle_results

BATCH = 64
RECOVER_AT_ONCE = 500


class ClaimedMail(NamedTuple):
    """A claimed email."""

    id: int
    kind: str
    dedupe_key: str
    user_id: int | None
    record_id: int | None
    address: str
    audience: Audience
    subject: str
    was_due_at: datetime
    tries: int
    ambiguous: int
    first_tried_at: datetime | None
    date: datetime
    secret: bool
    mime: bytes


class Claim(NamedTuple):
    """Emails leased to one worker name until a monotonic time of this process (a little before the lease ends)."""

    worker: str
    mails: list[ClaimedMail]
    ends: float


def new_worker() -> str:
    """Return a new unique worker name, so that a late result cannot change an email that was claimed again."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(6)}"


def database_now(session: Session) -> datetime:
    """The clock of leases: the database's own; for SQLite the machine's."""
    if session.get_bind().dialect.name == "postgresql":
        return session.execute(sa.select(sa.func.clock_timestamp(type_=Instant()))).scalar_one()
    return clock.real_now()


def is_any_due(engine: Engine) -> bool:
    """Return whether any email is due, without taking the write lock."""
    with reading(), Session(engine) as session:
        return session.scalar(due_now(engine).limit(1)) is not None


def due_now(engine: Engine) -> sa.Select[int]:
    """Return the statement for the emails that are due, the oldest first."""
    # Without statistics SQLite prefers the index by state and sorts the whole backlog for every claim.
    state = f"likely({DUE_SQL})" if engine.dialect.name == "sqlite" else DUE_SQL
    return sa.select(Mail.id).where(sa.text(state), Mail.next_at <= clock.now()).order_by(Mail.next_at, Mail.id)


def claim_due(engine: Engine, lease: timedelta, most: int = BATCH) -> Claim:
    """Lease the emails that are due, the oldest first, in one short transaction; skips rows locked by others."""
    worker = new_worker()
    ends = time.monotonic() + lease.total_seconds()
    with Session(engine) as session, session.begin():
        ids = session.scalars(due_now(engine).limit(most).with_for_update(skip_locked=True)).all()
        if not ids:
            return Claim(worker, [], ends)
        values = {"state": MailState.claimed, "worker": worker, "lease_until": database_now(session) + lease}
        session.execute(_core_update().where(Mail.id.in_(ids), sa.text(DUE_SQL)).values(values))
        columns = [getattr(Mail, name) for name in ClaimedMail._fields]
        rows = session.execute(sa.select(*columns).where(Mail.worker == worker, Mail.id.in_(ids)).order_by(Mail.id))
        return Claim(worker, [ClaimedMail(*row) for row in rows], ends)


def _core_update() -> sa.Update:
    return sa.update(Mail.__table__)  # type: ignore[arg-type]


def recover(engine: Engine) -> int:
    """Recover emails leased to a worker that is gone; return how many.

    Claimed: nothing was delivered, so the email is due again. Sending: unknown, so the kind decides (`settle`).
    """
    lapsed = (
        sa.select(Mail.state, Mail.worker, *[getattr(Mail, name) for name in ClaimedMail._fields[:-1]])
        .where(sa.text(IN_PROGRESS_SQL))
        .order_by(Mail.lease_until, Mail.id)
        .limit(RECOVER_AT_ONCE)
    )
    with reading(), Session(engine) as session:
        lapsed_ids = (
            sa.select(Mail.id).where(sa.text(IN_PROGRESS_SQL), Mail.lease_until <= database_now(session)).limit(1)
        )
        if session.scalar(lapsed_ids) is None:
            return 0
    with Session(engine) as session, session.begin():
        over = Mail.lease_until <= database_now(session)
        rows = session.execute(lapsed.where(over).with_for_update(skip_locked=True)).all()
        for state, worker, *columns in rows:
            outcome = AttemptOutcome.uncertain if state is MailState.sending else AttemptOutcome.interrupted
            settle_results(session.connection(), worker, [Result(ClaimedMail._make([*columns, b""]), outcome)])
        return len(rows)
