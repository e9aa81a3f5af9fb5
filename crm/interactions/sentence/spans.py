"""Time spans: "10:30-11:15", "from 2 to 3pm", 下午2点到3点半."""

from __future__ import annotations

import re
from datetime import time
from typing import NamedTuple

from crm.calendars import DAY_PARTS

from .times import HAN_MINUTES, ClockMention, is_in_morning, read_clock, read_zone

_POINT = (
    rf"(?:{DAY_PARTS})?\s*(?:\d{{1,2}}|[一二两三四五六七八九十]{{1,2}})点(?:半|[一三]刻(?!钟)|(?:\d{{1,2}}|{HAN_MINUTES})分?)?"
    r"|\d{1,2}(?::\d{2})?\s*(?:[ap]m)?"
)
_SPAN = re.compile(
    rf"(?:\bfrom\s+)?(?<![a-z0-9:/.$-])(?P<first>{_POINT})\s*(?:[-–—~]|\bto\b|\btill\b|\buntil\b|到|至)\s*"
    rf"(?P<last>{_POINT})(?![a-z0-9:/-])",
    re.IGNORECASE,
)
_HALF = re.compile(r"[ap]m", re.IGNORECASE)
_BARE_HOUR = re.compile(r"^(\d{1,2})(?=\s*(?:[ap]m)?$)", re.IGNORECASE)
"""An hour in "1:30-3", where the other end has minutes."""
_LONGEST = 12 * 60
EVENING = 18


class TimeSpan(NamedTuple):
    """Start time and minutes, from `start` to `end` of the text; `zone` is that of the city named with it."""

    start: int
    end: int
    starts_at: time
    minutes: int
    zone: str | None


def find_span(text: str) -> TimeSpan | None:
    """Return the first time span; in "2 to 3pm" both times are PM unless that is impossible."""
    for match in _SPAN.finditer(text):
        first, last, half = match["first"], match["last"], _HALF.search(match["last"])
        if ":" in match.group():
            first, last = (_BARE_HOUR.sub(r"\1:00", point) for point in (first, last))
        in_morning = is_in_morning(text, match.start(), match.end())
        for ending in ("", half.group(), "am") if half else ("",):
            starts_at, ends_at = (read_clock(each, 0, in_morning=in_morning) for each in (first + ending, last))
            minutes = _count_minutes(starts_at, ends_at) if starts_at and ends_at else 0
            if starts_at and not starts_at.is_next_day and 0 < minutes <= _LONGEST:
                zone, end = read_zone(text, match.end())
                return TimeSpan(match.start(), end, starts_at.time, minutes, zone)
    return None


def _count_minutes(starts_at: ClockMention, ends_at: ClockMention) -> int:
    """Return the minutes between; 下午2点到3点 ends in the afternoon as well, 晚上10点到12点 at midnight."""
    first, last = starts_at.time, ends_at.time
    minutes = (last.hour - first.hour) * 60 + last.minute - first.minute
    if ends_at.is_next_day or last == time(0):
        return minutes + 24 * 60
    is_midnight = last.hour == 12 and first.hour >= EVENING
    return minutes if minutes > 0 or (last.hour >= 12 and not is_midnight) else minutes + 12 * 60
