"""Times of day in a sentence: "10:20", "3pm", "noon", 下午2点半."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import NamedTuple

from crm.calendars import DAY_PARTS, hour_of_part

from .date_mentions import DateMention
from .han_numbers import read_han_number

_HAN_HOURS = {han: hour for hour, han in enumerate("一二三四五六七八九十", 1)} | {"两": 2, "十一": 11, "十二": 12}
# 下午3点20分钟通话, 上午10点30人: no minutes of the hour.
_COUNTED = r"(?:分钟|[人个位])"
HAN_MINUTES = (
    r"(?:[二三四五]?十[一二三四五六七八九]?|零[一二三四五六七八九])"
    r"(?=分(?!钟)|[，,。；;\s\x00和跟与同给在到至的开打见去拜访通视电约聊谈~–—-]|$)"
)
"""Minutes in characters after 点: 四十, 零五."""
_CLOCK = re.compile(
    r"\s*(?:(?:,|at|@|by)\s*)?(?:(?P<h>\d{1,2}):(?P<m>\d{2})\s*(?P<half>[ap]m)?|(?P<h2>\d{1,2})\s*(?P<half2>[ap]m)"
    rf"|(?P<noon>noon)|(?:(?P<part>{DAY_PARTS})\s*)?(?P<hz>\d{{1,2}}|[一二两三四五六七八九十]{{1,2}})点"
    rf"(?:(?P<mz>\d{{1,2}}(?!\d|{_COUNTED})|{HAN_MINUTES})分?|(?P<half_past>半)|(?P<quarters>[一三])刻(?!钟))?)"
    rf"(?![A-Za-z]|\d(?!\d?{_COUNTED}))",
    re.IGNORECASE,
)
_CLOCK_START = re.compile(
    r"\bat\s+(?=\d)|@\s*(?=\d{1,2}(?::\d{2}|\s*[ap]m\b))|(?<![\d:])(?=\d{1,2}(?::\d{2})?\s*[ap]m\b)"
    rf"|(?=(?:{DAY_PARTS})\s*[\d一二两三四五六七八九十]+点|(?<!\d)\d{{1,2}}点)",
    re.IGNORECASE,
)
"""Where a time without a date begins."""
# "tomorrow at 9", but not "Friday at 3 sites".
_HOUR_ALONE = re.compile(
    r"\s*,?\s*at\s+(?P<hour>1[0-2]|[1-9])(?:\s*o['’]?clock)?(?=\s*(?:$|[,.;!?)\x00]|(?:for|with|to|about|re)\b))",
    re.IGNORECASE,
)
_FIRST_MORNING_HOUR = 7
"""Without AM or PM, the hours before this one are in the afternoon; 03:30 with a zero isn't."""
_EVENING = re.compile(r"tonight|evening|night|晚", re.IGNORECASE)
_PART_BEFORE = re.compile(r"(?:(?P<morning>早)|(?:\b(?:tonight|evening|night)|晚))\s*$", re.IGNORECASE)
_MORNING = re.compile(r"\b(?:morning|breakfast)\b|早(?![日就先期已])", re.IGNORECASE)
_BEFORE_HOUR = re.compile(rf"(?:{_MORNING.pattern})(?:(?!\band\b|\bthen\b)[^,;!?\n，。；！？])*,?\s*$", re.IGNORECASE)
_AFTER_HOUR = re.compile(
    r"\s+(?:(?:on|in|the|this|that|next|last|tomorrow|yesterday|(?:mon|tue|wed|thu|fri|sat|sun)\w*)\s+)*morning\b"
    r"|\s*[,(]?\s*(?:(?:at|for|over|a|quick|had)\s+)*breakfast\b|[^\s，。；！？,;!?\d]{0,12}早[餐饭点]",
    re.IGNORECASE,
)


_LATER = re.compile(
    r"(?P<first>\s*(?:我们?)?(?:\d{1,3}|[半一二两三四五六七八九十]+)个?半?(?:小时|钟头|分钟|刻钟)(?:之后|以后|后(?!来)))"
    r"|\bin\s+(?:about\s+)?(?:\d{1,3}|half|an?|one|two|three|four|five|ten|fifteen|twenty|thirty|forty)(?:[- ]an)?\s+"
    r"(?:hours?|hrs?|minutes?|mins?)\s*$",
    re.IGNORECASE,
)


ZONES = {
    **dict.fromkeys(("shanghai", "beijing", "china"), "Asia/Shanghai"),
    **dict.fromkeys(("taipei", "taiwan"), "Asia/Taipei"),
    **dict.fromkeys(("los angeles", "california", "pacific"), "America/Los_Angeles"),
    "hong kong": "Asia/Hong_Kong",
    "new york": "America/New_York",
}
# "9am Shanghai time" and "9am Shanghai", but not "9am Shanghai Water" and "9am in Shanghai", which is a place.
_ZONE_AFTER = re.compile(
    rf"\s*\(?(?P<city>{'|'.join(ZONES)})\b(?:\s+time\b\)?|\)?(?=\s*(?:$|[,.;!?\x00]|(?:with|for|to|about)\b)))",
    re.IGNORECASE,
)


class ClockMention(NamedTuple):
    """A time of day and where it ends in the text; `is_next_day`: after the midnight that ends the day (晚上12点).

    `zone` is that of the city named with it: "9am Shanghai time".
    """

    time: time
    end: int
    is_next_day: bool = False
    zone: str | None = None


def read_zone(text: str, start: int) -> tuple[str | None, int]:
    """Return the zone of the city after a time and where it ends; None and `start` without one."""
    match = _ZONE_AFTER.match(text, start)
    return (ZONES[match["city"].lower()], match.end()) if match else (None, start)


def _with_zone(text: str, clock: ClockMention) -> ClockMention:
    zone, end = read_zone(text, clock.end)
    return clock._replace(end=end, zone=zone)


def is_in_morning(text: str, start: int, end: int) -> bool:
    """Whether words beside a time say that it is in the morning: "this morning at 6", "5:45, breakfast", 明早6点."""
    return bool(_BEFORE_HOUR.search(text, max(0, start - 60), start) or _AFTER_HOUR.match(text, end))


def is_later(text: str, start: int, end: int) -> bool:
    """Whether a clause is about something in a few minutes or hours: 两小时后打电话, "call Tom in half an hour"."""
    return any(match.start() == start or not match["first"] for match in _LATER.finditer(text, start, end))


def restore_morning(text: str, remaining: str) -> str:
    """Return the remaining text with the words for the morning that were blanked out with a kind: "breakfast with"."""
    for match in _MORNING.finditer(text):
        remaining = remaining[: match.start()] + match.group() + remaining[match.end() :]
    return remaining


def read_clock(text: str, start: int, *, in_morning: bool = False) -> ClockMention | None:
    """Return the time at a position of the text; None without one."""
    match = _CLOCK.match(text, start)
    if not match:
        return None
    if match["noon"]:
        return _with_zone(text, ClockMention(time(12), match.end()))
    hour_text = match["h"] or match["h2"] or match["hz"]
    hour = int(hour_text) if hour_text.isdigit() else _HAN_HOURS.get(hour_text, 24)
    minute = _read_minute(match)
    am_pm, is_next_day = (match["half"] or match["half2"] or "").lower(), False
    if match["part"]:
        hour, is_next_day = hour_of_part(match["part"], hour)
    elif am_pm and hour <= 12:
        hour = hour % 12 + (12 if am_pm == "pm" else 0)
    elif part_before := _PART_BEFORE.search(text, max(0, start - 10), start):
        hour, is_next_day = hour_of_part("早上" if part_before["morning"] else "晚上", hour)
    elif (
        not hour_text.startswith("0")
        and 0 < hour < _FIRST_MORNING_HOUR
        and not (in_morning or is_in_morning(text, start, match.end()))
    ):
        hour += 12
    if hour >= 24 or minute >= 60:
        return None
    return _with_zone(text, ClockMention(time(hour, minute), match.end(), is_next_day))


def read_hour_alone(text: str, day_start: int, day_end: int) -> ClockMention | None:
    """Return the hour after a date without AM or PM, in office hours if possible; None without one."""
    match = _HOUR_ALONE.match(text, day_end)
    if not match:
        return None
    hour = int(match["hour"])
    is_evening = _EVENING.search(text, day_start, day_end) is not None
    is_afternoon = hour < _FIRST_MORNING_HOUR and not is_in_morning(text, day_end, match.end())
    return ClockMention(time(hour + 12 if (is_afternoon or is_evening) and hour < 12 else hour), match.end())


def _read_minute(match: re.Match[str]) -> int:
    if match["half_past"]:
        return 30
    if match["quarters"]:
        return 15 * read_han_number(match["quarters"])
    minute = match["m"] or (match["mz"] or "0").removeprefix("零")
    return int(minute) if minute.isdecimal() else read_han_number(minute)


def find_hour(text: str, start: int, end: int, today: date) -> DateMention | None:
    """Return the first time without a date in a part of the text, as one of today: "met Li at 10:20"."""
    for match in _CLOCK_START.finditer(text[:end]):
        clock = read_clock(text, match.end())
        if clock and match.start() >= start:
            day = today + timedelta(clock.is_next_day)
            return DateMention(match.end(), clock.end, day, clock.time, zone=clock.zone)
    return None
