"""The security log: who signed in, exported, opened a confidential record or changed an account, and from where.

`record_event` writes in a short transaction of its own, so that the event stays when the request is rolled back.
`add_event` writes in the caller's transaction, for an event that must not exist without its change.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any, TypedDict, Unpack

import sqlalchemy as sa
import structlog
from flask import g, has_request_context, request
from sqlalchemy.orm import Session, object_session

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.own_transaction import own_transaction
from crm.core.hooks import CHANNEL_CHANGED, CONFIDENTIAL_OPENED, EXPORTED
from crm.core.lists.export_log import ExportLog
from crm.core.web.security import SAFE

from .models import SecurityEvent
from .policy import EventKind, device_name, event_outcome
from .sessions import address, device

LINES = "security_event_lines"
# The last part of a domain has only letters, or is an encoded one: "Tr0ub@dor.3" is a password.
_ADDRESS = re.compile(r"[^\s@]+@(?:[^\s@.]+\.)+(?:[^\W\d_]{2,}|xn--[a-z0-9-]+)", re.IGNORECASE)
log = structlog.get_logger()


class EventFacts(TypedDict, total=False):
    """What an event is about. Never pass a secret.

    user_id: the account concerned; by default the user who is signed in. email: as typed, if no account is known;
    anything but an address is left out, as it may be a password that was typed into the wrong field.
    record_id: the record concerned. count: rows of an export, or reassigned records. detail: names and codes
    ("people.csv"), no sentences.
    """

    user_id: int | None
    email: str | None
    record_id: int | None
    count: int | None
    detail: str | None


def record_event(kind: EventKind, **facts: Unpack[EventFacts]) -> None:
    """Write an event in its own short transaction; it stays if the request is rolled back.

    While the request's transaction is open for writing, the event is written after its end.
    """
    values = event_values(kind, **facts)
    if "after_end" in g and request.method not in SAFE and db.session().in_transaction():
        g.after_end.append(partial(_write, values))
    else:
        _write(values)


def add_event(session: Session, kind: EventKind, **facts: Unpack[EventFacts]) -> None:
    """Write an event in the caller's transaction."""
    session.add(SecurityEvent(**event_values(kind, **facts)))


def event_values(kind: EventKind, **facts: Unpack[EventFacts]) -> dict[str, Any]:
    """Return the columns of an event that happens now: its facts, and the request's address and browser."""
    actor = g.get("actor")
    acting_id = actor.id if actor else None
    user_id, typed_email = facts.get("user_id"), facts.get("email") or ""
    return {
        "at": clock.now(),
        "kind": kind,
        "outcome": event_outcome(kind),
        "actor_id": acting_id,
        "user_id": acting_id if user_id is None else user_id,
        "email": typed_email[:254] if _ADDRESS.fullmatch(typed_email) else "",
        "record_id": facts.get("record_id"),
        "count": facts.get("count"),
        "detail": (facts.get("detail") or "")[:300],
        "address": address() if has_request_context() else "",
        "agent": device_name(device())[:60] if has_request_context() else "",
    }


def _write(values: dict[str, Any]) -> None:
    with own_transaction() as own:
        own.add(SecurityEvent(**values))


def _log_export(session: Session, entry: ExportLog) -> None:
    detail = f"{entry.listing}.{entry.format}"
    add_event(session, EventKind.exported, user_id=entry.user_id, count=entry.rows, detail=detail)


def _log_view(record_id: int) -> None:
    """Add one event for a confidential record that this request shows; it is written after the request's commit."""
    if "after_commit" not in g or request.method not in SAFE or g.actor is None:
        return
    opened: set[int] = g.setdefault("opened_records", set())
    if record_id not in opened:
        opened.add(record_id)
        g.after_commit.append(lambda: record_event(EventKind.viewed, record_id=record_id))


def _log_channel(session: Session, why: str | None) -> None:
    add_event(session, EventKind.mail_resumed if why is None else EventKind.mail_paused, detail=why)


EXPORTED.append(_log_export)
CONFIDENTIAL_OPENED.append(_log_view)
CHANNEL_CHANGED.append(_log_channel)


@sa.event.listens_for(SecurityEvent, "after_insert")
def _collect_line(_mapper: Any, _connection: Any, row: SecurityEvent) -> None:
    """Collect the line that is written to the program's log when the event is committed: numbers and codes only.

    Events of shell commands are left out: the command prints its result.
    """
    session = object_session(row)
    if session is not None and (row.address or "job" in structlog.contextvars.get_contextvars()):
        line = {"kind": row.kind.value, "outcome": row.outcome.value, "user": row.actor_id, "account": row.user_id}
        session.info.setdefault(LINES, []).append(line | {"record": row.record_id, "count": row.count})


@sa.event.listens_for(Session, "after_commit")
def _write_lines(session: Session) -> None:
    for line in session.info.pop(LINES, ()):
        log.info("security_event", **line)


@sa.event.listens_for(Session, "after_rollback")
def _drop_lines(session: Session) -> None:
    session.info.pop(LINES, None)
