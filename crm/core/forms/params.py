"""Days and moments of an address or a form, within what the calendar of the program can compute with."""

from __future__ import annotations

from datetime import date, datetime

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Far enough from the ends of Python's calendar: a day more or a change of zone never leaves it."""


def is_number(text: str, digits: int = 9) -> bool:
    """Return whether a text is a whole number of at most so many plain digits: `str.isdigit` takes "²" for one."""
    return text.isascii() and text.isdigit() and len(text) <= digits


def is_known_year(day: date) -> bool:
    """Return whether a day is in the years that records are about."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def parse_day(text: str) -> date:
    """Read "2026-12-08". Raises ValueError for other texts and for years outside 1900 to 2100."""
    day = date.fromisoformat(text)
    if not is_known_year(day):
        raise ValueError(text)
    return day


def parse_moment(text: str) -> datetime:
    """Read an ISO moment with its offset. Raises ValueError without one and for years outside 1900 to 2100."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or not is_known_year(moment):
        raise ValueError(text)
    return moment
