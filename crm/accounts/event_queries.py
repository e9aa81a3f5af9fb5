"""Queries about the security log."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.base import alias, db
from crm.core.data.identity import User
from crm.core.data.record import Record
from crm.core.words import Lazy, _l, ngettext

from .models import SecurityEvent
from .policy import EventKind


class SecurityEventRow(NamedTuple):
    """An event in the security log: its time, kind and IP address, details, and the number of rows or records."""

    at: datetime
    label: Lazy
    address: str
    detail: str
    count: int | None  # type: ignore[assignment]


def list_user_events(user_id: int) -> list[SecurityEventRow]:
    """Return the 20 newest events about a user."""
    event = SecurityEvent
    stmt = sa.select(event.at, event.kind, event.address, event.detail, event.count)
    stmt = stmt.where(SecurityEvent.user_id == user_id).order_by(SecurityEvent.at.desc(), SecurityEvent.id.desc())
    rows = db.session.execute(stmt.limit(20)).all()
    return [SecurityEventRow(moment, kind.label, address, detail, n) for moment, kind, address, detail, n in rows]


class ExportAlertRow(NamedTuple):
    """An alert about a large export: the user, the rows within 24 hours, and when the alert was sent."""

    at: datetime
    user_id: int
    name: str
    rows: int


def list_recent_alerts(now: datetime) -> list[ExportAlertRow]:
    """Return up to five export alerts of the last 7 days, newest first."""
    stmt = (
        sa.select(SecurityEvent.at, User.id, User.name, sa.func.coalesce(SecurityEvent.count, 0))
        .join(User, User.id == SecurityEvent.user_id)
        .where(SecurityEvent.kind == EventKind.export_alert, SecurityEvent.at > now - timedelta(days=7))
        .order_by(SecurityEvent.at.desc(), SecurityEvent.id.desc())
    )
    return [ExportAlertRow(*row) for row in db.session.execute(stmt.limit(5))]


class RecordView(NamedTuple):
    """Who opened a confidential record: when last, and how often as a text."""

    at: datetime
    user_name: str | None
    text: str


def list_record_views(record_id: int) -> list[RecordView]:
    """Return up to 50 users who opened a confidential record, the latest first."""
    last_at = sa.func.max(SecurityEvent.at)
    stmt = (
        sa.select(last_at, User.name, sa.func.count().label("times"))
        .select_from(SecurityEvent)
        .outerjoin(User, User.id == SecurityEvent.actor_id)
        .where(SecurityEvent.record_id == record_id, SecurityEvent.kind == EventKind.viewed)
        .group_by(User.id, User.name)
        .order_by(last_at.desc())
    )
    rows = db.session.execute(stmt.limit(50))
    return [RecordView(row[0], row[1], ngettext("once", "%(num)s times", row.times)) for row in rows]


RECORD_KINDS = {
    "organization": _l("Organization"),
    "person": _l("Person"),
    "representation": _l("China rep"),
    "followup": _l("Follow-up"),
    "interaction": _l("Interaction"),
    "opportunity": _l("Opportunity"),
    "project": _l("Project"),
    "need": _l("Need"),
    "product": _l("Product"),
    "show": _l("Show"),
    "milestone": _l("Milestone"),
}
"""Labels of record kinds in the security log, which shows a record as kind and number, never with its name."""


class EventParties(NamedTuple):
    """Who caused an event and what it concerns, as texts; "" if unknown.

    `account` is the account concerned if it isn't the user's own. `record` is for example "Person 12", never a name.
    """

    user: str
    account: str
    email: str
    record: str


def list_event_parties(event_ids: Collection[int]) -> dict[int, EventParties]:
    """Return who caused each of these events and what it concerns, by event id, in one statement."""
    actor, account, event = alias(User, "event_actor"), alias(User, "event_account"), SecurityEvent
    stmt = (
        sa.select(
            event.id,
            sa.func.coalesce(actor.name, account.name, sa.func.nullif(event.email, ""), "–"),
            sa.case((event.user_id != event.actor_id, account.name), else_=""),
            sa.func.coalesce(actor.email, account.email, event.email),
            Record.kind,
            event.record_id,
        )
        .outerjoin(actor, actor.id == event.actor_id)
        .outerjoin(account, account.id == event.user_id)
        .outerjoin(Record, Record.id == event.record_id)
        .where(event.id.in_(event_ids))
    )
    return {
        row[0]: EventParties(row[1], row[2], row[3], f"{RECORD_KINDS.get(row[4], '')} {row[5] or ''}".strip())
        for row in db.session.execute(stmt)
    }
