"""`plan_reminders`: find each occurrence that is due and has no email yet, and put its email into the outbox."""

from __future__ import annotations

from datetime import datetime

from crm.core import clock
from crm.core.data.base import db, reading
from crm.core.data.identity import User
from crm.core.data.jobs import handle_each, job

from .kinds import DueReminder, EmailKind, list_email_kinds
from .mails import put_reminder
from .queries import Reader, readers
from .services import claim_occurrence, link_mail


@job(every=10)
def plan_reminders() -> None:
    """Put what is due into the outbox, kind by kind."""
    now = clock.now()
    # Reads first: in ten seconds a transaction for writing would keep SQLite's only writer waiting.
    with reading():
        all_readers = readers()
        due = [(kind, occurrence) for kind in list_email_kinds() for occurrence in kind.find_due(all_readers, now)]
        db.session.rollback()
    by_id = {reader.actor.id: reader for reader in all_readers}
    handle_each(due, lambda pair: _remind(pair[0], by_id[pair[1].user_id], pair[1], now))


def _remind(kind: EmailKind, reader: Reader, due: DueReminder, now: datetime) -> None:
    """Claim an occurrence and make its email; with nothing to say the occurrence is claimed without an email."""
    reminder = claim_occurrence(kind.code, due)
    user = db.session.get(User, due.user_id)
    if reminder is not None and user is not None:
        link_mail(reminder, put_reminder(kind, user, reader, due, now))
