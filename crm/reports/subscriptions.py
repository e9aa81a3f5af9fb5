"""The emails with reports that a user gets every week or month: which are claimed, and from when on they are sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from crm.calendars import is_workday
from crm.core import clock
from crm.reminders.kinds import DueReminder
from crm.reminders.queries import Reader, readers
from crm.reminders.services import claim_occurrence

from .policy import EmailInterval, find_past_occurrence

CODE = "reports"


def subject_of(interval: EmailInterval) -> str:
    """Return the subject key of the reminders of an interval."""
    return f"{CODE}:{interval.value}"


def due_of(reader: Reader, interval: EmailInterval, occurrence: date, now: datetime) -> DueReminder:
    """Return the email of a week or month as an occurrence that can be claimed."""
    return DueReminder(reader.actor.id or 0, subject_of(interval), str(occurrence), now)


def works_on(reader: Reader) -> Callable[[date], bool]:
    """Return the function that says whether a day is a working day of a user."""
    return lambda day: is_workday(reader.actor.country, day, extra=reader.extra_days)


def begin_with_next(user_id: int, intervals: Iterable[EmailInterval]) -> None:
    """Let the first email of intervals that a user just chose be the next one that falls due, today at the earliest."""
    now = clock.now()
    for reader in readers([user_id]):
        for interval in intervals:
            occurrence = find_past_occurrence(interval, reader.today(now), works_on(reader))
            if occurrence:
                claim_occurrence(CODE, due_of(reader, interval, occurrence, now))
