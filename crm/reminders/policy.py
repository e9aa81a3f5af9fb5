"""When a reminder is due and whether it is a separate email. Pure: no clock, no database."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crm import calendars
from crm.core.policy import RULES, Actor, ReminderChoice, Rule, is_signed_in, may_see
from crm.core.words import LabeledEnum, _l
from crm.interactions.policy import end_of

QUIET_A_DAY = 3
"""The maximum number of records that are going quiet in one digest."""
NOON = time(12)
ENDING_DAYS = (60, 30, 14, 7, 3, 1, 0)
"""Days before an end on which it is in the digest."""
BID_DAYS = (14, 2)
"""Days before a bid deadline on which it is in the digest."""

EXCLUSIVE_DAYS = 30
"""Days before its end from which a new end of an exclusive China rep is news."""


class Offset(LabeledEnum):
    """How long before its time an appointment or a timed follow-up is emailed."""

    before: timedelta

    at_time = "at_time", _l("At the time"), timedelta(0)
    minutes_15 = "minutes_15", _l("15 minutes before"), timedelta(minutes=15)
    hour_1 = "hour_1", _l("1 hour before"), timedelta(hours=1)
    day_1 = "day_1", _l("1 day before"), timedelta(days=1)

    def __init__(self, _code: str, _label: object, before: timedelta) -> None:
        self.before = before


class AccessFacts(NamedTuple):
    """What the right to see a follow-up depends on; a counselor is among the readers of the own ones."""

    team_id: int | None
    confidential: bool
    counselor_id: int | None
    reader_ids: frozenset[int] = frozenset()
    without_managers: bool = False


MAX_OFFSET = max(offset.before for offset in Offset)
LONGEST_MEETING = timedelta(hours=12)

RULES["reminder:settings"] = Rule(is_signed_in, may_see, "Choose one's own reminders.")


def manages(actor: Actor, colleague: Actor) -> bool:
    """Return whether an actor sees the planned emails of a colleague: as a manager of a team of both; own ones all."""
    shares_team = actor.sees_all_teams or not actor.team_ids.isdisjoint(colleague.team_ids)
    return actor.id == colleague.id or (actor.is_manager and shares_team)


def digest_at(day: date, hour: int, zone: str) -> datetime:
    """Return the moment of a day's digest."""
    return calendars.resolve_local(day, time(hour), zone)


def is_digest_time(now: datetime, hour: int, zone: str, country: str, extra: dict[date, bool]) -> bool:
    """Return whether today's digest is due: a working day of the reader, and the hour has come."""
    local = now.astimezone(ZoneInfo(zone))
    return calendars.is_workday(country, local.date(), extra=extra) and local.hour >= hour


def next_digest_at(now: datetime, hour: int, zone: str, country: str, extra: dict[date, bool]) -> datetime:
    """Return the moment of the next digest: today's while its hour hasn't come, else that of the next working day."""
    local = now.astimezone(ZoneInfo(zone))
    is_past = local.hour >= hour or not calendars.is_workday(country, local.date(), extra=extra)
    return digest_at(
        calendars.next_workday(country, local.date(), extra=extra) if is_past else local.date(), hour, zone
    )


def digest_until(today: date, country: str, extra: dict[date, bool]) -> date:
    """Return the last day whose dated follow-ups are in today's digest: the day before the next one."""
    return calendars.next_workday(country, today, extra=extra) - timedelta(days=1)


def is_separate(choice: ReminderChoice, *, has_time: bool, mail_alone: bool) -> bool:
    """Return whether a follow-up gets a separate email."""
    if mail_alone or choice is ReminderChoice.all:
        return True
    return has_time and choice is ReminderChoice.timed


def is_in_digest(
    choice: ReminderChoice, *, sends_at: datetime | None, mail_alone: bool, now: datetime, zone: str
) -> bool:
    """Return whether a follow-up is in the digest: not one with a separate email this morning or by its setting.

    `sends_at` is when the separate email of one with a time is due; None without a time.
    """
    if not is_separate(choice, has_time=sends_at is not None, mail_alone=mail_alone):
        return True
    if sends_at is None or mail_alone:
        return False
    local, today = sends_at.astimezone(ZoneInfo(zone)), calendars.local_day(now, zone)
    return local.date() != today or local.time() >= NOON


def ending_mark(days_left: int, marks: tuple[int, ...] = ENDING_DAYS) -> int | None:
    """Return which of `marks` (days before the end) an end has reached; None while it is farther than the first."""
    reached = [mark for mark in marks if days_left <= mark]
    return min(reached) if reached else None


def is_ending_news(ends_on: date, today: date, previous_day: date) -> bool:
    """Return whether an end has reached one of ENDING_DAYS since `previous_day`, the day of the digest before."""
    days_left = (ends_on - today).days
    return days_left >= 0 and ending_mark(days_left) != ending_mark((ends_on - previous_day).days)


def is_bid_news(day: date, today: date, previous_day: date, *, is_changed: bool) -> bool:
    """Return whether a bid deadline has reached one of BID_DAYS since the last digest, or was entered after the first.

    `day` is the day of the deadline for the reader; `is_changed` whether it was entered since the last digest.
    """
    days_left = (day - today).days
    mark = ending_mark(days_left, BID_DAYS)
    if days_left < 0 or mark is None:
        return False
    return is_changed or mark != ending_mark((day - previous_day).days, BID_DAYS)


def is_new_exclusive_end(ends_on: date, today: date, *, is_exclusive: bool) -> bool:
    """Return whether an end that was just entered is news: that of an exclusive China rep, within EXCLUSIVE_DAYS."""
    return is_exclusive and 0 <= (ends_on - today).days <= EXCLUSIVE_DAYS


def is_silent(last: date | None, counts_from: date, every_days: int, today: date) -> bool:
    """Return whether there was no interaction for so many days, counted from `counts_from` at the earliest."""
    return max(last or counts_from, counts_from) + timedelta(days=every_days) <= today


def subject_of(record_id: int | str) -> str:
    """Return the key of a record's reminders."""
    return f"record:{record_id}"


def subject_of_meeting(meeting_id: int) -> str:
    """Return the key of the reminders of a meeting at a show."""
    return f"meeting:{meeting_id}"


def is_soon(starts_at: datetime, minutes: int | None, offset: Offset, now: datetime) -> bool:
    """Return whether the email before an appointment is due: from the offset before it until its end."""
    return starts_at - offset.before <= now < end_of(starts_at, minutes)
