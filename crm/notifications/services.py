"""Mark notifications as read or unread, dismiss them, and undo either; delete old ones."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.hooks import CHANGES_WRITTEN, MAIL_PUT, MANY_ASSIGNED
from crm.core.policy import Actor

from .models import Notification
from .policy import RETENTION
from .sources import notify_of_assignments, notify_of_changes, notify_of_mail

MAIL_PUT.append(notify_of_mail)
CHANGES_WRITTEN.append(notify_of_changes)
MANY_ASSIGNED.append(notify_of_assignments)

Step = Literal["read", "dismissed"]


def mark(actor: Actor, ids: Collection[int], step: Step) -> datetime:
    """Mark notifications of the actor as read or dismissed; return the moment, by which `undo_marks` finds them."""
    now = clock.now()
    column = _column(step)
    stmt = sa.update(Notification).where(Notification.user_id == actor.id, Notification.id.in_(ids), column.is_(None))
    db.session.execute(stmt.values({column: now}).execution_options(synchronize_session=False))
    return now


def mark_unread(row: Notification) -> None:
    row.read_at = None
    db.session.flush()


def undo_marks(actor: Actor, step: Step, moment: datetime) -> None:
    """Undo what the actor marked at a moment."""
    column = _column(step)
    stmt = sa.update(Notification).where(Notification.user_id == actor.id, column == moment)
    db.session.execute(stmt.values({column: None}).execution_options(synchronize_session=False))


def _column(step: Step) -> sa.orm.InstrumentedAttribute[datetime | None]:
    return Notification.read_at if step == "read" else Notification.dismissed_at


def delete_old_notifications() -> None:
    """Delete what is older than RETENTION."""
    stmt = sa.delete(Notification).where(Notification.at < clock.now() - RETENTION)
    db.session.execute(stmt.execution_options(synchronize_session=False))
