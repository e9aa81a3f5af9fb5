"""Time spans: "10:30-11:15", "from 2 to 3pm", 下午2点到3点半."""

from __future__ import annotations

import re
from datetime import time
from typing import NamedTuple

from .times import read_clock

_POINT = (
    r"(?:上午|下午|晚上|早上|中午)?\s*(?:\d{1,2}|[一二两三四五六七八九十]{1,2})点(?:半|\d{1,2}分?)?"
    r"|\d{1,2}(?::\d{2})?\s*(?:[ap]m)?"
)
_SPAN = re.compile(
    rf"(?:\bfrom\s+)?(?<![a-z0-9:/.$-])(?P<first>{_POINT})\s*(?:[-–—~]|\bto\b|\btill\b|\buntil\b|到|至)\s*"
    rf"(?P<last>{_POINT})(?![a-z0-9:/-])",
    re.IGNORECASE,
)
_HALF = re.compile(r"[ap]m", re.IGNORECASE)
_LONGEST = 12 * 60


class TimeSpan(NamedTuple):
    """Start time and minutes, from `start` to `end` of the text."""

    start: int
    end: int
    starts_at: time
    minutes: int


def find_span(text: str) -> TimeSpan | None:
    """Return the first time span; in "2 to 3pm" both times are PM unless that is impossible."""
    for match in _SPAN.finditer(text):
        half = _HALF.search(match["last"])
        for ending in ("", half.group(), "am") if half else ("",):
            starts_at, ends_at = read_clock(match["first"] + ending, 0), read_clock(match["last"], 0)
            minutes = _count_minutes(starts_at[0], ends_at[0]) if starts_at and ends_at else 0
            if starts_at and 0 < minutes <= _LONGEST:
                return TimeSpan(match.start(), match.end(), starts_at[0], minutes)
    return None


def _count_minutes(starts_at: time, ends_at: time) -> int:
    """Return the minutes between; 下午2点到3点 ends in the afternoon as well."""
    minutes = (ends_at.hour - starts_at.hour) * 60 + ends_at.minute - starts_at.minute
    return minutes if minutes > 0 or ends_at.hour >= 12 else minutes + 12 * 60
