"""When a check-in is due, and how long its link works. Pure: no clock, no database."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm import calendars
from crm.core.words import LabeledEnum, _l

HOUR = 9
"""The hour from which a check-in is emailed, on the clock of the rep."""
LINK_LIFETIME = timedelta(days=30)
MAX_ANSWER_CHARS = 2000


class CheckInState(LabeledEnum):
    sent = "sent", _l("Waiting for an answer")
    answered = "answered", _l("Answered")
    accepted = "accepted", _l("Logged")
    dismissed = "dismissed", _l("Dismissed")


def month_of(now: datetime, zone: str) -> str:
    """Return the month in a zone, such as "2026-03"."""
    return now.astimezone(ZoneInfo(zone)).strftime("%Y-%m")


def is_due(
    now: datetime, zone: str, country: str | None, started_on: date, extra: calendars.Extra | None = None
) -> bool:
    """Return whether the check-in of this month is due: from 9 AM of its first working day on, if begun by then."""
    today = calendars.local_day(now, zone)
    first = calendars.workday_on_or_after(country, today.replace(day=1), extra=extra)
    return started_on <= first and now >= calendars.resolve_local(first, time(HOUR), zone)


def is_expired(sent_at: datetime, now: datetime) -> bool:
    """Return whether the link in an email no longer works."""
    return now > sent_at + LINK_LIFETIME
