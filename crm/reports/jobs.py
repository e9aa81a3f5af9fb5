"""`mail_reports`: put the reports that are due into the outbox, once for each user and week or month."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby

from crm.calendars import is_workday
from crm.core import clock
from crm.core.data.base import db, reading
from crm.core.data.identity import User
from crm.core.data.jobs import handle_each, job
from crm.reminders.kinds import Due
from crm.reminders.queries import Reader, readers
from crm.reminders.services import claim_occurrence, link_mail

from . import mails, queries
from .policy import EmailInterval, find_occurrence

CODE = "reports"
Letter = tuple[Reader, EmailInterval, list[str]]


@job(every=60, name="mail_reports")
def plan_report_mails() -> None:
    """Email reports on the first working day of the week or month, at the hour of the reader's digest."""
    now = clock.now()
    with reading():
        due = _find_due(now)
        db.session.rollback()
    handle_each(due, lambda letter: _send(letter, now))


def _find_due(now: datetime) -> list[Letter]:
    rows = queries.list_subscriptions()
    if not rows:
        return []
    by_id = {reader.actor.id: reader for reader in readers(sorted({row[0] for row in rows}))}
    groups = groupby(rows, key=lambda row: row[:2])
    letters = [(by_id[user_id], interval, [row[2] for row in group]) for (user_id, interval), group in groups]
    return [letter for letter in letters if letter[0].is_digest_time(now) and _occurrence_of(letter, now)]


def _occurrence_of(letter: Letter, now: datetime) -> date | None:
    reader, interval, _names = letter
    return find_occurrence(
        interval, reader.today(now), lambda day: is_workday(reader.actor.country, day, extra=reader.extra_days)
    )


def _send(letter: Letter, now: datetime) -> None:
    """Claim an occurrence and make its email; with nothing to report the occurrence is claimed without an email."""
    reader, interval, names = letter
    occurrence = _occurrence_of(letter, now) or reader.today(now)
    due = Due(reader.actor.id or 0, f"{CODE}:{interval.value}", str(occurrence), now)
    reminder = claim_occurrence(CODE, due)
    user = db.session.get(User, due.user_id)
    if reminder is not None and user is not None:
        link_mail(reminder, mails.mail_reports(user, reader.actor, interval, names, occurrence, now))
