"""From when to when: "10:30-11:15", "from 2 to 3pm", 下午2点到3点半."""

from __future__ import annotations

import re
from datetime import time
from typing import NamedTuple

from .dates import read_clock

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
    """When it began and how many minutes it took, told from `start` to `end` of the text."""

    start: int
    end: int
    begun: time
    minutes: int


def find_span(text: str) -> TimeSpan | None:
    """The first span of hours in the text; "2 to 3pm" is of one half of the day unless that cannot be."""
    for found in _SPAN.finditer(text):
        half = _HALF.search(found["last"])
        for ending in ("", half.group(), "am") if half else ("",):
            begun, ended = read_clock(found["first"] + ending, 0), read_clock(found["last"], 0)
            minutes = _between(begun[0], ended[0]) if begun and ended else 0
            if begun and 0 < minutes <= _LONGEST:
                return TimeSpan(found.start(), found.end(), begun[0], minutes)
    return None


def _between(begun: time, ended: time) -> int:
    """The minutes between; 下午2点到3点 ends in the afternoon, too."""
    minutes = (ended.hour - begun.hour) * 60 + ended.minute - begun.minute
    return minutes if minutes > 0 or ended.hour >= 12 else minutes + 12 * 60
