"""Repeat rules: each occurrence follows from the rule's start, never from the run before, so that none drifts."""

import calendar
import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from crm.calendars.zones import resolve_local

_FRIDAY = 4


class Every(StrEnum):
    """How often something comes back."""

    DAY = "daily"
    WEEKDAY = "weekdays"
    WEEK = "weekly"
    MONTH = "monthly"
    YEAR = "yearly"


@dataclass(frozen=True)
class RecurrenceRule:
    """A repeat in local time: from `start` at `time`, each `step` days, weeks, months or years, to `until` inclusive.

    Weekdays are Monday to Friday, whatever the step. The 31st is the last day of short months, 29 February the 28th.
    """

    every: Every
    start: dt.date
    time: dt.time = dt.time(9)
    step: int = 1
    until: dt.date | None = None

    def __post_init__(self) -> None:
        if self.step < 1:
            raise ValueError("a rule steps forward")


def next_occurrence(rule: RecurrenceRule, after: dt.datetime, zone: str) -> dt.datetime | None:
    """The first occurrence (UTC) after an aware instant, by the clock of the zone; None when the rule has ended."""
    # From one before the estimate: neither a clock change nor a date that differs in UTC can skip an occurrence.
    count = max(0, _estimate(rule, after.astimezone(ZoneInfo(zone)).date()) - 1)
    while True:
        day = _day(rule, count)
        if day is None or (rule.until and day > rule.until):
            return None
        instant = resolve_local(day, rule.time, zone)
        if instant > after:
            return instant
        count += 1


def _estimate(rule: RecurrenceRule, day: dt.date) -> int:
    """The number of the last occurrence that can lie on or before a day."""
    days = (day - rule.start).days
    match rule.every:
        case Every.DAY:
            return days // rule.step
        case Every.WEEKDAY:
            return days // 7 * 5
        case Every.WEEK:
            return days // (7 * rule.step)
        case Every.MONTH:
            return ((day.year - rule.start.year) * 12 + day.month - rule.start.month) // rule.step - 1
        case Every.YEAR:
            return (day.year - rule.start.year) // rule.step - 1


def _day(rule: RecurrenceRule, count: int) -> dt.date | None:
    """The date of an occurrence, 0 is the first; None past the calendar's end."""
    try:
        match rule.every:
            case Every.DAY:
                return rule.start + dt.timedelta(days=count * rule.step)
            case Every.WEEKDAY:
                return _weekday(rule.start, count)
            case Every.WEEK:
                return rule.start + dt.timedelta(weeks=count * rule.step)
            case Every.MONTH:
                return _months_on(rule.start, count * rule.step)
            case Every.YEAR:
                return _months_on(rule.start, count * rule.step * 12)
    except (OverflowError, ValueError):
        return None


def _weekday(start: dt.date, count: int) -> dt.date:
    first = start if start.weekday() <= _FRIDAY else start + dt.timedelta(days=7 - start.weekday())
    weeks, rest = divmod(first.weekday() + count, 5)
    return first - dt.timedelta(days=first.weekday()) + dt.timedelta(days=weeks * 7 + rest)


def _months_on(start: dt.date, months: int) -> dt.date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return dt.date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
