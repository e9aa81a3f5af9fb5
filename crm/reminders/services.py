"""Claim an occurrence once: the reminder and its email in one transaction; and turn kinds on and off."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.rows import upsert
from crm.core.hooks import RESCHEDULED
from crm.core.mail.outbox.models import Mail

from .kinds import DueReminder, ReminderKind
from .models import Reminder, ReminderOffset, ReminderSetting, ReminderTiming
from .policy import Offset, subject_of
from .queries import list_withdrawn_mails


def claim_occurrence(code: str, due: DueReminder) -> Reminder | None:
    """Claim an occurrence for this transaction; None when it has a reminder already, also from another planner.

    The database refuses a second one: the later transaction waits for the first and then gets None. An occurrence whose
    email was withdrawn is claimed again.
    """
    now = clock.now()
    values = {
        "kind": code,
        "subject_key": due.subject_key,
        "user_id": due.user_id,
        "occurrence": due.occurrence,
        "record_id": due.record_id,
        "at": now,
    }
    stmt = upsert(
        db.session,
        Reminder,
        values,
        key=[Reminder.kind, Reminder.subject_key, Reminder.user_id, Reminder.occurrence],
        update={"at": now, "mail_id": None},
        where=Reminder.mail_id.in_(list_withdrawn_mails()),
    )
    rows = db.session.scalars(stmt.returning(Reminder), execution_options={"populate_existing": True})
    return rows.one_or_none()


def link_mail(reminder: Reminder, mail: Mail | None) -> None:
    reminder.mail_id = mail.id if mail else None
    db.session.flush()


def set_enabled_kinds(user_id: int, codes: Collection[str], kinds: Iterable[ReminderKind]) -> None:
    """Turn those of some kinds on for a user whose codes are given, the others off; store what isn't the default."""
    existing = {
        row.kind: row
        for row in db.session.scalars(sa.select(ReminderSetting).where(ReminderSetting.user_id == user_id))
    }
    for kind in kinds:
        enabled, row = kind.code in codes, existing.get(kind.code)
        if enabled is kind.is_default:
            if row is not None:
                db.session.delete(row)
        elif row is None:
            db.session.add(ReminderSetting(user_id=user_id, kind=kind.code, enabled=enabled))
        else:
            row.enabled = enabled
    db.session.flush()


def set_timing(user_id: int, *, meeting_offset: Offset, followup_offset: Offset) -> None:
    """Set how long before its time a user is emailed."""
    row = db.session.get(ReminderTiming, user_id)
    if row is None:
        row = ReminderTiming(user_id=user_id)
        db.session.add(row)
    row.meeting_offset, row.followup_offset = meeting_offset, followup_offset
    db.session.flush()


def set_offset(user_id: int, subject_key: str, offset: Offset | None) -> None:
    """Set how long before its time a user is emailed about one item; None returns to the user's default."""
    row = db.session.get(ReminderOffset, (user_id, subject_key))
    if offset is None:
        if row is not None:
            db.session.delete(row)
    elif row is None:
        db.session.add(ReminderOffset(user_id=user_id, subject_key=subject_key, offset=offset))
    else:
        row.offset = offset
    db.session.flush()


def _copy_offsets(from_id: int, to_id: int) -> None:
    """Keep the times that users chose for an interaction when it goes on as another one."""
    stmt = sa.select(ReminderOffset).where(ReminderOffset.subject_key == subject_of(from_id))
    for row in db.session.scalars(stmt).all():
        db.session.add(ReminderOffset(user_id=row.user_id, subject_key=subject_of(to_id), offset=row.offset))
    db.session.flush()


RESCHEDULED.append(_copy_offsets)
