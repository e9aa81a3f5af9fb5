"""Dates and times as people type them, in the order of the reader's locale."""

from __future__ import annotations

import re
from datetime import date, time

from crm.core.i18n.formats.reader import is_iso, locale

YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
YEAR_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
TWELVE_HOURS = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))?\s*([ap])\.?m\.?", re.IGNORECASE)


def is_day_first() -> bool:
    """Return whether the reader writes the day before the month: 08/12/2026 for December 8."""
    pattern = locale().date_formats["short"].pattern
    return not is_iso() and pattern.index("d") < pattern.index("M")


def parse_day(text: str) -> date:
    """Parse "2026-12-08", and "12/08/2026" in the reader's order. Raises ValueError for other texts."""
    text = text.strip()
    if match := YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := YEAR_LAST.fullmatch(text):
        first, second, year = map(int, match.groups())
        day, month = (first, second) if is_day_first() else (second, first)
    else:
        raise ValueError(text)
    return date(year, month, day)


def parse_time(text: str) -> time:
    """Parse "17:00", "17:00:00", "5:00 PM" or "5 pm" to the minute. Raises ValueError for other texts."""
    text = text.strip()
    match = TWELVE_HOURS.fullmatch(text)
    if match is None:
        return time.fromisoformat(text.zfill(5) if re.fullmatch(r"[0-9]:[0-9]{2}", text) else text).replace(
            second=0, microsecond=0, tzinfo=None
        )
    hour, minute = int(match[1]), int(match[2] or 0)
    if not 1 <= hour <= 12:
        raise ValueError(text)
    return time(hour % 12 + (12 if match[3].lower() == "p" else 0), minute)
