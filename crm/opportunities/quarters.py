"""Calendar quarters in which an opportunity may close, stored as "2027Q1"."""

from __future__ import annotations

import re
from datetime import date, timedelta

QUARTERS = (
    re.compile(r"(?P<year>20\d\d)\s*[-/]?\s*Q(?P<number>[1-4])", re.IGNORECASE),
    re.compile(r"Q(?P<number>[1-4])\s*[-/,]?\s*(?P<year>20\d\d)", re.IGNORECASE),
)


def parse_quarter(text: str) -> str | None:
    """Return a calendar quarter as it is stored, "2027Q1", from "2027Q1" or "Q1 2027"; None for another text."""
    match = next(filter(None, (pattern.fullmatch(text.strip()) for pattern in QUARTERS)), None)
    return f"{match['year']}Q{match['number']}" if match else None


def quarter_end(text: str) -> date:
    """Return the last day of a calendar quarter such as "2027Q1"."""
    year, number = int(text[:4]), int(text[5])
    return date(year + number // 4, number % 4 * 3 + 1, 1) - timedelta(days=1)
