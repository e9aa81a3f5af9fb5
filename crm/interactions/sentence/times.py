"""Times of day in a sentence: "10:20", "3pm", "noon", 下午2点半."""

from __future__ import annotations

import re
from datetime import time
from typing import NamedTuple

from crm.calendars import DAY_PARTS, hour_of_part

_HAN_HOURS = {han: hour for hour, han in enumerate("一二三四五六七八九十", 1)} | {"两": 2, "十一": 11, "十二": 12}
_CLOCK = re.compile(
    r"\s*(?:,|at|@|by)?\s*(?:(?P<h>\d{1,2}):(?P<m>\d{2})\s*(?P<half>[ap]m)?|(?P<h2>\d{1,2})\s*(?P<half2>[ap]m)"
    rf"|(?P<noon>noon)|(?P<part>{DAY_PARTS})?\s*(?P<hz>\d{{1,2}}|[一二两三四五六七八九十]{{1,2}})点"
    r"(?:(?P<mz>\d{1,2})分?|(?P<half_past>半))?)(?![A-Za-z0-9])",
    re.IGNORECASE,
)
# "tomorrow at 9", but not "Friday at 3 sites".
_HOUR_ALONE = re.compile(
    r"\s*,?\s*at\s+(?P<hour>1[0-2]|[1-9])(?:\s*o['’]?clock)?(?=\s*(?:$|[,.;!?)\x00]|(?:for|with|to|about|re)\b))",
    re.IGNORECASE,
)
_FIRST_MORNING_HOUR = 7
"""Without AM or PM, the hours before this one are in the afternoon; 03:30 with a zero isn't."""
_EVENING = re.compile(r"tonight|evening|night", re.IGNORECASE)


class ClockMention(NamedTuple):
    """A time of day and where it ends in the text; `is_next_day`: after the midnight that ends the day (晚上12点)."""

    time: time
    end: int
    is_next_day: bool = False


def read_clock(text: str, start: int) -> ClockMention | None:
    """Return the time at a position of the text; None without one."""
    match = _CLOCK.match(text, start)
    if not match:
        return None
    if match["noon"]:
        return ClockMention(time(12), match.end())
    hour_text = match["h"] or match["h2"] or match["hz"]
    hour = int(hour_text) if hour_text.isdigit() else _HAN_HOURS.get(hour_text, 24)
    minute = 30 if match["half_past"] else int(match["m"] or match["mz"] or 0)
    am_pm, is_next_day = (match["half"] or match["half2"] or "").lower(), False
    if match["part"]:
        hour, is_next_day = hour_of_part(match["part"], hour)
    elif not am_pm and not hour_text.startswith("0") and 0 < hour < _FIRST_MORNING_HOUR:
        hour += 12
    elif am_pm and hour <= 12:
        hour = hour % 12 + (12 if am_pm == "pm" else 0)
    return ClockMention(time(hour, minute), match.end(), is_next_day) if hour < 24 and minute < 60 else None


def read_hour_alone(text: str, day_start: int, day_end: int) -> ClockMention | None:
    """Return the hour after a date without AM or PM, in office hours if possible; None without one."""
    match = _HOUR_ALONE.match(text, day_end)
    if not match:
        return None
    hour = int(match["hour"])
    is_evening = _EVENING.search(text, day_start, day_end) is not None
    return ClockMention(
        time(hour + 12 if (hour < _FIRST_MORNING_HOUR or is_evening) and hour < 12 else hour), match.end()
    )
