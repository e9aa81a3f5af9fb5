"""Claim an occurrence once: the reminder and its email in one transaction; and turn kinds on and off."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.rows import upsert
from crm.core.mail.outbox.models import Mail

from .kinds import Due, load_kinds
from .models import Reminder, ReminderSetting
from .queries import list_withdrawn_mails


def claim_occurrence(code: str, due: Due) -> Reminder | None:
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
    """Set the email of a reminder."""
    reminder.mail_id = mail.id if mail else None
    db.session.flush()


def set_enabled_kinds(user_id: int, codes: Collection[str]) -> None:
    """Turn these kinds on for a user, and all others off. Only what differs from the default is stored."""
    existing = {
        row.kind: row
        for row in db.session.scalars(sa.select(ReminderSetting).where(ReminderSetting.user_id == user_id))
    }
    for kind in load_kinds():
        enabled, row = kind.code in codes, existing.get(kind.code)
        if enabled is kind.is_default:
            if row is not None:
                db.session.delete(row)
        elif row is None:
            db.session.add(ReminderSetting(user_id=user_id, kind=kind.code, enabled=enabled))
        else:
            row.enabled = enabled
    db.session.flush()
