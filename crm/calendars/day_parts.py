"""Chinese parts of the day before an hour: 下午2点 is 14:00, 晚上12点 the midnight that ends the day."""

from __future__ import annotations

from typing import NamedTuple

DAY_PARTS = "凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|深夜|半夜"
"""The parts of the day as an alternative of a pattern."""
_MORNING = frozenset({"凌晨", "早上", "早晨", "上午"})
_DAWN = {"晚上": 5, "夜里": 7, "深夜": 7, "半夜": 7}
"""The hour from which a part means the evening: 晚上5点 is 17:00, 半夜5点 is after midnight, as is 晚上1点."""


class DayHour(NamedTuple):
    """An hour from 0 to 23; `is_next_day`: after the midnight that ends the day."""

    hour: int
    is_next_day: bool = False


def hour_of_part(part: str, hour: int) -> DayHour:
    """Return the hour of an hour on a 12-hour clock in a part of the day; an hour over 12 stays."""
    if hour > 12:
        return DayHour(hour)
    if part in _MORNING:
        return DayHour(hour % 12)
    if hour % 12 < _DAWN.get(part, 0):
        return DayHour(hour % 12, is_next_day=True)
    is_before_noon = part == "中午" and hour in (10, 11)
    return DayHour(hour if is_before_noon else hour % 12 + 12)
