"""What the readers of English and Chinese dates share: the reference, the nearest date, the next weekday."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from crm.core.forms.params import FIRST_YEAR, LAST_YEAR


class DateReference(NamedTuple):
    """The date on which the sentence is typed, and whether it is about the past; None if it doesn't say so."""

    day: date
    past: bool | None


Days = tuple[date, tuple[date, ...]]
"""The most likely date, and other possible ones."""
Reader = Callable[[re.Match[str], DateReference], Days | None]


RECENT_DAYS = 60  # Without a year, and without a word that says so, a date of the last two months is past.

_FAR_DAYS = 300  # "met Li 12/15" on December 8 may mean next week.


def nearest_date(today: date, *, past: bool | None, month: int, day: int, year: int | None = None) -> date | None:
    """Return the date in the given year, else the next one (in the past: the last one); None if it does not exist."""
    if past is None:
        last = nearest_date(today, past=True, month=month, day=day, year=year)
        past = last is not None and today - last < timedelta(RECENT_DAYS)
    years = [year] if year else [today.year, today.year + (-1 if past else 1)]
    # Dates in other years cannot be converted between zones.
    years = [each for each in years if FIRST_YEAR <= each <= LAST_YEAR]
    for each in years:
        try:
            candidate = date(each, month, day)
        except ValueError:
            continue
        if year or (candidate <= today if past else candidate >= today):
            return candidate
    return None


def find_dates(today: date, *, past: bool | None, month: int, day: int, year: int | None = None) -> Days | None:
    """Return the likeliest date, and the one on the other side of today if it may be meant; None without any."""
    likely = nearest_date(today, past=past, month=month, day=day, year=year)
    if likely is None or year:
        return (likely, ()) if likely else None
    is_past = likely < today if past is None else past
    other = nearest_date(today, past=not is_past, month=month, day=day)
    days = abs((likely - today).days)
    is_unclear = other is not None and (abs((other - today).days) < days if past is None else days >= _FAR_DAYS)
    return likely, (other,) if other and is_unclear else ()


def nearest_weekday(today: date, index: int, *, past: bool) -> date:
    """Return the next such weekday after today; in the past, the last one including today."""
    if past:
        return today - timedelta((today.weekday() - index) % 7)
    return today + timedelta((index - today.weekday() - 1) % 7 + 1)


def nearest_day_of_month(today: date, day: int, *, past: bool) -> date | None:
    """Return the next such day of a month from today on; in the past, the last one. None above 31."""
    months = [(today.year * 12 + today.month - 1) + (-1 if past else 1) * offset for offset in range(3)]
    candidates = (nearest_date(today, past=past, year=m // 12, month=m % 12 + 1, day=day) for m in months)
    return next((each for each in candidates if each and (each <= today if past else each >= today)), None)


def end_of_named_month(today: date, month: int, *, past: bool | None) -> date:
    """Return the last day of the month that is nearest in its direction, as `nearest_date` does."""
    ends = [end_of_month(date(today.year + offset, month, 1)) for offset in (-1, 0, 1)]
    last, following = max(end for end in ends if end <= today), min(end for end in ends if end >= today)
    is_past = today - last < timedelta(RECENT_DAYS) if past is None else past
    return last if is_past else following


def end_of_month(today: date, months: int = 0) -> date:
    """Return the last day of the month of today, or of a later month."""
    first = today.replace(day=1)
    for _month in range(months + 1):
        first = (first + timedelta(32)).replace(day=1)
    return first - timedelta(1)
