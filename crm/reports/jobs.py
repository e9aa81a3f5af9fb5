"""`mail_reports`: put the reports that are due into the outbox, once for each user and week or month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from crm.core import clock
from crm.core.data.base import db, reading
from crm.core.data.identity import User
from crm.core.data.jobs import handle_each, job
from crm.reminders.kinds import DueReminder
from crm.reminders.queries import Reader, readers
from crm.reminders.queries.sent import list_reminded
from crm.reminders.services import claim_occurrence, link_mail

from . import mails, queries
from .policy import EmailInterval, find_occurrence
from .subscriptions import CODE, due_of, works_on


class ReportEmail(NamedTuple):
    """The reports that a user gets in one email, and the first day of the week or month that it is for."""

    reader: Reader
    interval: EmailInterval
    names: Sequence[str]
    occurrence: date
    due: DueReminder


@job(every=60, name="mail_reports")
def plan_report_mails() -> None:
    """Email reports from the first working day of the week or month on, at the hour of the reader's digest, once."""
    now = clock.now()
    with reading():
        due = _find_due(now)
        db.session.rollback()
    handle_each(due, lambda email: _send(email, now))


def _find_due(now: datetime) -> list[ReportEmail]:
    rows = queries.list_subscriptions()
    if not rows:
        return []
    by_id = {reader.actor.id: reader for reader in readers(sorted({row[0] for row in rows}))}
    emails = []
    for (user_id, interval), group in groupby(rows, key=lambda row: row[:2]):
        reader = by_id[user_id]
        occurrence = find_occurrence(interval, reader.today(now), works_on(reader))
        if occurrence and reader.is_digest_time(now):
            due = due_of(reader, interval, occurrence, now)
            emails.append(ReportEmail(reader, interval, [row[2] for row in group], occurrence, due))
    claimed = list_reminded(CODE, [email.due for email in emails]) if emails else set()
    return [
        email for email in emails if (email.due.user_id, email.due.subject_key, email.due.occurrence) not in claimed
    ]


def _send(email: ReportEmail, now: datetime) -> None:
    """Claim an occurrence and make its email; with nothing to report the occurrence is claimed without an email."""
    reader, interval, names, occurrence, due = email
    reminder = claim_occurrence(CODE, due)
    user = db.session.get(User, reader.actor.id)
    if reminder is not None and user is not None:
        link_mail(reminder, mails.mail_reports(user, reader.actor, interval, names, occurrence, now))
