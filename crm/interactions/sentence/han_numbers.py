"""Chinese numbers up to 99, and durations with them: 二十五分钟, 两个半小时, 一小时二十分."""

from __future__ import annotations

import re

_DIGITS = {han: number for number, han in enumerate("一二三四五六七八九", 1)} | {"两": 2}
HAN_NUMBER = "[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]"
_START = r"(?<![\d.一二两三四五六七八九十点月])"
_COUNT = rf"(?:\d{{1,2}}|{HAN_NUMBER})"
_MORE = r"(?:[1-5]?\d|[二三四五]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
HAN_LENGTH = (
    rf"(?:{_START}(?P<zh>{_COUNT})\s*个?\s*(?P<and_half>半)?多?(?:小时|钟头)"
    rf"(?:(?P<half_more>半)|[零又]?(?P<zh_more>{_MORE})\s*(?:分钟|分(?!钟)))?"
    rf"|{_START}(?P<zm>{HAN_NUMBER})\s*[多来]?分钟|{_START}(?P<quarters>[一三])刻钟|(?P<zh_half>半个?多?(?:小时|钟头)|半个钟))"
)
"""A duration in Chinese, but not the time within which something is done; `read_han_length` reads its groups."""


def read_han_number(text: str) -> int:
    """Return a number in digits or in Chinese: 12, 十二, 二十."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0) if ten else _DIGITS[ones]


def read_han_length(match: re.Match[str]) -> int | None:
    """Return the minutes of a duration in Chinese; None for another one."""
    if match["zh_half"]:
        return 30
    if match["quarters"]:
        return 15 * read_han_number(match["quarters"])
    if match["zm"]:
        return read_han_number(match["zm"])
    if not match["zh"]:
        return None
    more = 30 * bool(match["and_half"] or match["half_more"])
    return 60 * read_han_number(match["zh"]) + more + (read_han_number(match["zh_more"]) if match["zh_more"] else 0)
