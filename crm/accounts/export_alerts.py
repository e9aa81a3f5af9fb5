"""Unusually large exports: found in the security log and reported to the administrators."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.policy import Role

from .mails import mail_export_alert
from .models import SecurityEvent
from .policy import ALERT_WINDOW, BASELINE_DAYS, EventKind, is_unusual_export
from .security_log import add_event

MAX_LISTED = 20


class Export(NamedTuple):
    """One exported file: its time, name ("people.csv") and number of rows."""

    at: datetime
    file: str
    rows: int


class Alert(NamedTuple):
    """A user's exports within 24 hours.

    `rows` is their total, `typical_rows` the most rows of one day in the 90 days before, `exports` the newest files.
    """

    user_id: int
    name: str
    rows: int
    typical_rows: int
    exports: list[Export]


def find_export_alerts(now: datetime) -> list[Alert]:
    """Return the users with unusually large exports in the last 24 hours that were not reported yet."""
    threshold = current_app.config["CRM_EXPORT_ALERT_ROWS"]
    since = now - ALERT_WINDOW
    rows = sa.func.sum(SecurityEvent.count)
    stmt = sa.select(SecurityEvent.user_id).where(_exports(since), SecurityEvent.user_id.not_in(_reported(since)))
    stmt = stmt.group_by(SecurityEvent.user_id).having(rows > threshold)
    user_ids = [user_id for user_id in db.session.scalars(stmt) if user_id is not None] if threshold else []
    alerts = [_alert(user_id, since) for user_id in sorted(user_ids)]
    return [a for a in alerts if is_unusual_export(a.rows, a.typical_rows, threshold)]


def report_export(alert: Alert, now: datetime) -> None:
    """Email the administrators and add the alert to the log, in the caller's transaction."""
    add_event(db.session(), EventKind.export_alert, user_id=alert.user_id, count=alert.rows)
    admins = sa.select(User).where(User.active, User.role == Role.administrator).order_by(User.id)
    for admin in db.session.scalars(admins).all():
        mail_export_alert(admin, alert, now)


def _exports(since: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(SecurityEvent.kind == EventKind.exported, SecurityEvent.at > since)


def _reported(since: datetime) -> sa.Select[int | None]:
    alerts = sa.select(SecurityEvent.user_id).where(
        SecurityEvent.kind == EventKind.export_alert, SecurityEvent.at > since
    )
    return alerts.where(SecurityEvent.user_id.is_not(None))


def _alert(user_id: int, since: datetime) -> Alert:
    stmt = sa.select(SecurityEvent.at, SecurityEvent.detail, sa.func.coalesce(SecurityEvent.count, 0))
    stmt = stmt.where(_exports(since - timedelta(days=BASELINE_DAYS)), SecurityEvent.user_id == user_id)
    rows = [Export(*row) for row in db.session.execute(stmt.order_by(SecurityEvent.at.desc()))]
    recent = [export for export in rows if export.at > since]
    days: dict[date, int] = {}
    for export in rows[len(recent) :]:
        days[export.at.date()] = days.get(export.at.date(), 0) + export.rows
    name = db.session.get_one(User, user_id).name
    return Alert(user_id, name, sum(e.rows for e in recent), max(days.values(), default=0), recent[:MAX_LISTED])
