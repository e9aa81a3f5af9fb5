"""Jobs of accounts: delete expired rows, and report large exports."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from crm.core import clock
from crm.core.data.base import db, reading
from crm.core.data.jobs import handle_each, job
from crm.core.lists.export_log import ExportLog

from .export_alerts import find_export_alerts, report_export
from .models import KnownDevice, SecurityEvent
from .policy import KNOWN_DEVICE_LIFETIME
from .sessions import delete_old_sessions_stmt
from .throttle import delete_old_tries_stmt


@job(every=3600)
def delete_old_sessions() -> None:
    """Delete old sessions, attempts, devices unused for a year, and events older than CRM_SECURITY_LOG_DAYS."""
    now = clock.now()
    db.session.execute(delete_old_sessions_stmt(now))
    db.session.execute(delete_old_tries_stmt(now - timedelta(days=1)))
    db.session.execute(sa.delete(KnownDevice).where(KnownDevice.seen_at < now - KNOWN_DEVICE_LIFETIME))
    oldest = now - timedelta(days=current_app.config["CRM_SECURITY_LOG_DAYS"])
    db.session.execute(sa.delete(SecurityEvent).where(SecurityEvent.at < oldest))
    db.session.execute(sa.delete(ExportLog).where(ExportLog.at < oldest))
    db.session.commit()


@job(every=300)
def report_large_exports() -> None:
    """Email the administrators about users with unusually large exports within 24 hours."""
    now = clock.now()
    with reading():
        alerts = find_export_alerts(now)
    db.session.rollback()
    handle_each(alerts, lambda alert: report_export(alert, now))
