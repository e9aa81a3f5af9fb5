"""Numbers, dates and moments in URLs and forms, limited to the years that the program computes with."""

from __future__ import annotations

from datetime import date, datetime

from crm.core.errors import BadRequest
from crm.core.words import _

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Far enough from the limits of Python's dates: one day more or another zone never exceeds them."""


def is_number(text: str, digits: int = 9) -> bool:
    """Return whether a text has only plain digits, at most so many: `str.isdigit` also accepts "²"."""
    return text.isascii() and text.isdigit() and len(text) <= digits


def is_known_year(day: date) -> bool:
    """Return whether a date is in the years that records can have."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def parse_day(text: str) -> date:
    """Parse "2026-12-08". Raises ValueError for other texts and for years outside 1900 to 2100."""
    day = date.fromisoformat(text)
    if not is_known_year(day):
        raise ValueError(text)
    return day


def parse_moment(text: str) -> datetime:
    """Parse an ISO moment with its offset. Raises ValueError without one and for years outside 1900 to 2100."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or not is_known_year(moment):
        raise ValueError(text)
    return moment


def bad_address() -> BadRequest:
    """Return the error for a URL with parameters that no link or form of ours has."""
    return BadRequest(_("This address isn't valid. Open the page again from the menu."))
