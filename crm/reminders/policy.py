"""Which reminder goes to whom, when, and as what. Pure: no clock, no database."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm import calendars
from crm.core.policy import RULES, ReminderChoice, Rule, is_signed_in, may_see
from crm.core.words import LabeledEnum, _l

QUIET_A_DAY = 3
"""Silence starts slowly: no more of these in one morning."""
NOON = time(12)
ENDING_DAYS = (60, 30, 14, 7, 3, 1, 0)
"""Days before an end on which it is told."""


class ReminderKind(LabeledEnum):
    """What a reminder is about; each can be muted."""

    followup_due = "followup_due", _l("Follow-ups with a time or “send as a separate email”")
    digest = "digest", _l("Daily digest")
    meeting_tomorrow = "meeting_tomorrow", _l("Meetings tomorrow")
    assigned = "assigned", _l("New assignments")
    ending = "ending", _l("China reps and agreements ending soon")
    going_quiet = "going_quiet", _l("Going quiet")
    slept = "slept", _l("Overnight updates from colleagues")


RULES["reminder:settings"] = Rule(is_signed_in, may_see, "Choose one's own reminders.")


def digest_at(day: date, hour: int, zone: str) -> datetime:
    """The moment of a day's digest."""
    return calendars.resolve_local(day, time(hour), zone)


def is_digest_time(now: datetime, hour: int, zone: str, country: str, extra: dict[date, bool]) -> bool:
    """Whether today's digest is due: a working day of the reader, and the hour has come."""
    here = now.astimezone(ZoneInfo(zone))
    return calendars.is_workday(country, here.date(), extra=extra) and here.hour >= hour


def digest_until(today: date, country: str, extra: dict[date, bool]) -> date:
    """The last day whose dated follow-ups stand in today's digest: the day before the next one."""
    return calendars.next_workday(country, today, extra=extra) - timedelta(days=1)


def goes_alone(choice: ReminderChoice, *, has_time: bool, mail_alone: bool) -> bool:
    """Whether a follow-up gets a mail of its own."""
    if mail_alone or choice is ReminderChoice.all:
        return True
    return has_time and choice is ReminderChoice.timed


def is_in_digest(
    choice: ReminderChoice, *, due_at: datetime | None, mail_alone: bool, now: datetime, zone: str
) -> bool:
    """Whether the digest tells of a follow-up: not of one that has its own mail this morning, or asks for one alone."""
    if not goes_alone(choice, has_time=due_at is not None, mail_alone=mail_alone):
        return True
    if due_at is None or mail_alone:
        return False
    here, today = due_at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    return here.date() != today or here.time() >= NOON


def ending_mark(days_left: int) -> int | None:
    """Which of the telling days an end has reached: None while it is farther than the first."""
    reached = [mark for mark in ENDING_DAYS if days_left <= mark]
    return min(reached) if reached else None


def is_ending_news(ends_on: date, today: date, before: date) -> bool:
    """Whether an end is news: it has reached one of the telling days since `before`, the last day of news."""
    left = (ends_on - today).days
    return left >= 0 and ending_mark(left) != ending_mark((ends_on - before).days)


def is_silent(last: date | None, counts_from: date, every_days: int, today: date) -> bool:
    """Whether it is time to chase: so many days since they were last reached, or since silence began to count."""
    return max(last or counts_from, counts_from) + timedelta(days=every_days) <= today


def subject_of(record_id: int | str) -> str:
    """The key under which a record's reminders are kept."""
    return f"record:{record_id}"
