"""Who has not had today's digest yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from crm.core.data.base import db
from crm.reminders.models import Reminder
from crm.reminders.policy import ReminderKind

from .due import Reader, is_valid_reminder


def list_due_digests(all_readers: Sequence[Reader], now: datetime) -> list[Reader]:
    """Readers whose digest hour of a working day has come and who were not told today; one statement."""
    ready = [r for r in all_readers if r.wants(ReminderKind.digest) and r.is_digest_time(now)]
    if not ready:
        return []
    days = {r.today(now).isoformat() for r in ready}
    stmt = sa.select(Reminder.user_id, Reminder.occurrence).where(
        Reminder.kind == ReminderKind.digest.value,
        Reminder.subject_key == "digest",
        Reminder.occurrence.in_(days),
        Reminder.user_id.in_([r.actor.id for r in ready]),
        is_valid_reminder(),
    )
    told = set(db.session.execute(stmt))
    return [r for r in ready if (r.actor.id, r.today(now).isoformat()) not in told]


def list_separately_sent(user_id: int | None, since: datetime) -> set[int]:
    """Follow-ups of which somebody was told by a mail of their own since a moment; one statement."""
    stmt = sa.select(Reminder.record_id).where(
        Reminder.kind == ReminderKind.followup_due.value,
        Reminder.user_id == user_id,
        Reminder.at >= since,
        is_valid_reminder(),
    )
    return {record_id for record_id in db.session.scalars(stmt) if record_id is not None}
