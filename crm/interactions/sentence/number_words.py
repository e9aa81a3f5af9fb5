"""Durations in English words: twenty-five minutes, two and a half hours, an hour and 20 minutes."""

from __future__ import annotations

import re

_UP_TO_TEN = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_TEENS = ("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_SMALL = {word: number for number, word in enumerate((*_UP_TO_TEN, *_TEENS), 1)}
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
_NUMBER = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_SMALL)}))?|{'|'.join(reversed(_SMALL))})\b"
# Not the end of "half an hour" or "one hundred twenty minutes".
_NO_PART = r"(?<![\w.$€¥£/:-])" + "".join(
    rf"(?<!\b{words} )" for words in ("half", "quarter of", "quarters of", "hundred", "hundred and")
)
ENGLISH_LENGTH = (
    rf"{_NO_PART}(?:(?P<en_hours>an\b|{_NUMBER})\s+hours?"
    rf"(?:\s+and\s+(?:(?P<en_half>a\s+half)|(?P<en_quarter>a\s+quarter)"
    rf"|(?P<en_more>[1-5]?\d|{_NUMBER})\s*(?:minutes?|mins?)))?"
    rf"|(?P<en_and_half>\d{{1,2}}(?=½|\s)|{_NUMBER})(?:½\s*|\s+and\s+a\s+half\s+)(?:hours?|hrs?|h)"
    rf"|(?P<en_minutes>{_NUMBER})\s+(?:minutes?|mins?)"
    r"|(?P<en_hour_and_half>hour\s+and\s+a\s+half))(?!\w)"
)
"""A duration in words; `read_english_length` reads its groups."""


def _read_number(text: str) -> int:
    if text.isdigit():
        return int(text)
    words = re.split(r"[- ]", text.lower())
    return sum({**_SMALL, **_TENS, "an": 1}[word] for word in words)


def read_english_length(match: re.Match[str]) -> int | None:
    """Return the minutes of a duration in English words; None for another one."""
    if match["en_minutes"]:
        return _read_number(match["en_minutes"])
    if match["en_and_half"]:
        return 60 * _read_number(match["en_and_half"]) + 30
    if match["en_hour_and_half"]:
        return 90
    if not match["en_hours"]:
        return None
    more = 30 * bool(match["en_half"]) + 15 * bool(match["en_quarter"])
    return 60 * _read_number(match["en_hours"]) + more + (_read_number(match["en_more"]) if match["en_more"] else 0)
