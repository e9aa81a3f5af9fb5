"""`delete_notifications`: delete old notifications once a day."""

from __future__ import annotations

from crm.core.data.base import db
from crm.core.data.jobs import job

from . import services


@job(every=24 * 60 * 60)
def delete_notifications() -> None:
    """Delete notifications older than half a year."""
    services.delete_old_notifications()
    db.session.commit()
