"""What an attempt means for its row: the only place that writes states after a claim."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.db import Instant
from crm.core.words import _

from .kinds import resends
from .models import Mail, MailAttempt
from .policy import MailState, Outcome, backoff, gives_up, may_resend

if TYPE_CHECKING:
    from .claim import Claimed

MAIL: Any = Mail.__table__
ATTEMPT: Any = MailAttempt.__table__
INNOCENT_LOSSES = 2


class Result(NamedTuple):
    """How an attempt ended; without an outcome the mail was not tried and goes back as it came."""

    mail: Claimed
    outcome: Outcome | None
    text: str = ""


def mark_sending(session: Session, worker: str, ids: Sequence[int], now: datetime) -> set[int]:
    """Write the markers; gives the mails whose dot may be sent. `now` is the lease's clock.

    A row that somebody else holds at this moment (a cancellation not yet committed) counts as lost: no waiting.
    """
    mine = sa.and_(MAIL.c.worker == worker, MAIL.c.state == MailState.claimed, MAIL.c.lease_until > now)
    asked = sa.select(MAIL.c.id).where(MAIL.c.id.in_(ids), mine).with_for_update(skip_locked=True)
    free = session.scalars(asked).all()
    marked = sa.update(MAIL).where(MAIL.c.id.in_(free), mine).values(state=MailState.sending).returning(MAIL.c.id)
    return set(session.scalars(marked))


def settle(session: Session, worker: str, results: Sequence[Result]) -> None:
    """Write what came of mails claimed under this name, with a row for each attempt."""
    now = clock.now()
    if sent := [r for r in results if r.outcome is Outcome.sent]:
        common = {"b_worker": worker, "b_now": now}
        session.execute(_SENT, [common | {"b_id": r.mail.id, "b_said": r.text[:200]} for r in sent])
    for result in results:
        if result.outcome is not Outcome.sent:
            session.execute(_mine(worker, result.mail.id).values(lease_until=None, **_verdict(result, now)))
    attempts = [
        {"mail_id": r.mail.id, "at": now, "outcome": r.outcome, "text": r.text[:500], "worker": worker}
        for r in results
        if r.outcome is not None
    ]
    if attempts:
        session.execute(sa.insert(ATTEMPT), attempts)


# A "yes" of the server is the truth even when the lease has run out in the meantime, as long as nobody else has
# claimed the row since: recovery leaves the name in place.
_NOW: sa.BindParameter[Any] = sa.bindparam("b_now", type_=Instant())
_SENT = (
    sa.update(MAIL)
    .where(
        MAIL.c.id == sa.bindparam("b_id"),
        MAIL.c.worker == sa.bindparam("b_worker"),
        # Not IN: a list of values cannot stand in a statement that is run for many rows at once.
        sa.or_(*(MAIL.c.state == state for state in (MailState.sending, MailState.retry, MailState.uncertain))),
    )
    .values(
        state=MailState.sent,
        queue_id=sa.bindparam("b_said"),
        sent_at=_NOW,
        first_tried_at=sa.func.coalesce(MAIL.c.first_tried_at, _NOW),
        tries=MAIL.c.tries + 1,
        lease_until=None,
    )
)


def _mine(worker: str, mail_id: int) -> sa.Update:
    held = MAIL.c.state.in_([MailState.claimed, MailState.sending])
    return sa.update(MAIL).where(MAIL.c.id == mail_id, MAIL.c.worker == worker, held)


def _verdict(result: Result, now: datetime) -> dict[str, Any]:
    mail = result.mail
    if result.outcome in (None, Outcome.unwanted, Outcome.shown):
        return _untried(result)
    tried = {"tries": mail.tries + 1, "first_tried_at": mail.first_tried_at or now}
    if result.outcome is Outcome.refused:
        return tried | {"state": MailState.dead, "why_dead": result.text[:500]}
    if result.outcome is Outcome.uncertain:
        return tried | _doubt(mail, now)
    if result.outcome is Outcome.lost and mail.tries < INNOCENT_LOSSES:
        return tried | {"state": MailState.pending}
    return tried | _again(mail, now, result.text)


def _untried(result: Result) -> dict[str, Any]:
    if result.outcome is None:
        return {"state": MailState.retry if result.mail.tries else MailState.pending}
    return {"state": MailState.cancelled if result.outcome is Outcome.unwanted else MailState.shown}


def _again(mail: Claimed, now: datetime, why: str) -> dict[str, Any]:
    if gives_up(mail.first_tried_at, now):
        return {"state": MailState.dead, "why_dead": _("Given up after 48 hours. %(why)s", why=why)[:500]}
    return {"state": MailState.retry, "next_at": now + backoff(mail.tries + 1, random.random())}  # noqa: S311


def _doubt(mail: Claimed, now: datetime) -> dict[str, Any]:
    known = {"ambiguous": mail.ambiguous + 1, "ever_ambiguous": True}
    if not may_resend(mail.ambiguous + 1, resend_when_uncertain=resends(mail.kind, mail.audience)):
        return known | {"state": MailState.uncertain}
    return known | {"state": MailState.retry, "next_at": now + backoff(mail.ambiguous + 1, random.random())}  # noqa: S311
