"""Dates found in a text, and one date written in two parts: "Friday, Dec 18", 周五（12月18日）, "COB Friday"."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from enum import Enum, auto
from typing import NamedTuple
from zoneinfo import ZoneInfo


class Precision(Enum):
    """What the words of a date name."""

    date = auto()
    weekday = auto()
    end_of_day = auto()
    other = auto()


class DateMention(NamedTuple):
    """A date from `start` to `end` of the text, with the time if given, and other dates it may mean.

    `zone` is that of the city named with the time.
    `is_range`: whether the words name several days, of which this is the first one.
    """

    start: int
    end: int
    day: date
    clock: time | None = None
    precision: Precision = Precision.other
    other_days: tuple[date, ...] = ()
    zone: str | None = None
    is_range: bool = False

    def in_its_zone(self, now: datetime, *, past: bool = False) -> DateMention:
        """Return the date; of "today at 4pm Shanghai time" the next one there, in the past the latest one."""
        is_today = self.day == now.date() and self.precision is Precision.other
        past = past and self.day <= now.date()
        if self.zone is None or self.clock is None or self.day < now.date() or (past and not is_today):
            return self
        days = [self.day + timedelta(number) for number in range(-2 if is_today else 0, 3)]
        over = [day for day in days if datetime.combine(day, self.clock, ZoneInfo(self.zone)) <= now]
        return self._replace(day=over[-1] if past else days[len(over)])

    @property
    def is_weekday(self) -> bool:
        """Whether only a weekday was named."""
        return self.precision is Precision.weekday


_GAP = re.compile(r"\s*(?:,\s*)?(?:on\s+)?(?P<opens>[（(])?\s*")
_CLOSES = re.compile(r"\s*[)）]")


def join_mentions(text: str, mentions: list[DateMention]) -> list[DateMention]:
    """Return the dates; those of which one only explains its neighbor become one."""
    joined: list[DateMention] = []
    for mention in mentions:
        both = _join(text, joined[-1], mention) if joined else None
        if both:
            joined[-1] = both
        else:
            joined.append(mention)
    return joined


def _join(text: str, first: DateMention, second: DateMention) -> DateMention | None:
    gap = _GAP.fullmatch(text, min(first.end, second.start), second.start)
    if not gap:
        return None
    closes = _CLOSES.match(text, second.end) if gap["opens"] else None
    both = second._replace(start=first.start, end=closes.end() if closes else second.end)
    both = both._replace(clock=second.clock or first.clock, zone=second.zone or first.zone)
    if first.precision is Precision.end_of_day:
        return None if "," in gap.group() else both
    by_precision = {first.precision: first, second.precision: second}
    if by_precision.keys() != {Precision.weekday, Precision.date}:
        return None
    day, weekday_day = by_precision[Precision.date].day, by_precision[Precision.weekday].day
    both = both._replace(day=day, precision=Precision.date, other_days=())
    if day.weekday() == weekday_day.weekday():
        return both
    # The date of another weekday: ask. After a comma, it is about something else.
    return None if "," in gap.group() else both._replace(other_days=(weekday_day,))


_WHICH_WEEK = re.compile(r"next|nxt|this|last|coming|[下上本这]", re.IGNORECASE)


def ask_which_week(text: str, mention: DateMention, today: date) -> DateMention:
    """Return a weekday as the next one or the last one: "call with Li Mon 11am 30m" may be logged or planned."""
    if not mention.is_weekday or mention.other_days or mention.day <= today or _WHICH_WEEK.match(text, mention.start):
        return mention
    return mention._replace(other_days=(mention.day - timedelta(7),))


def prefer_past(mention: DateMention, today: date) -> DateMention:
    """Return the date as that of something that took minutes: of two dates that may be meant, the past one first."""
    past_days = [day for day in mention.other_days if day <= today]
    return mention._replace(day=past_days[0], other_days=(mention.day,)) if past_days else mention
