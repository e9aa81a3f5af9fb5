"""Dates by which a step may be due: future ones, and deadlines and promises of the last weeks."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from .date_mentions import DateMention
from .dates import find_days
from .step_mentions import DEADLINE, clauses
from .times import read_clock

_DEADLINE_AFTER = re.compile(r"\s*(?:下班)?(?:之前|以前|前)")
_PROMISE = re.compile(
    r"\b(?:will|must|owe[sd]?|promise[sd]?|agree[sd]?\s+to|guarantee[sd]?|going\s+to)\b|['’]ll\b|答应|承诺|同意|保证|欠",
    re.IGNORECASE,
)
_TOOK_PLACE = re.compile(r"\b(?:was|were|sent|got|met|saw|paid|came|went|gave|made|\w{2,}ed)\b|[了过]", re.IGNORECASE)
_TRY_AGAIN = re.compile(
    r"\s*(?:(?:i|we)(?:['’]ll|\s+will)\s+|will\s+|to\s+|pls\s+|please\s+)?"
    r"(?:(?:try|call)(?:\s+(?:him|her|them))?(?:\s+(?:again|back))?|check\s+back)(?:\s+later)?\s+"
    r"(?=(?:at\s+|@\s*)?\d)",
    re.IGNORECASE,
)


def find_due_days(text: str, today: date) -> list[DateMention]:
    """Return the dates of the text that are not over.

    "by 12/1" on December 8 is a question: it may be the one of next year, or the deadline was missed.
    """
    following = {each.start: each for each in find_days(text, today, ranges=True)}
    mentions: list[DateMention] = []
    for mention in find_days(text, today, past=None, ranges=True):
        if mention.day >= today:
            mentions.append(mention._replace(other_days=tuple(day for day in mention.other_days if day >= today)))
            continue
        next_year = following.get(mention.start)
        if next_year and next_year.day > today and _is_due(text, mention):
            mentions.append(next_year._replace(other_days=(mention.day,)))
    return mentions


def _is_due(text: str, mention: DateMention) -> bool:
    """Whether a date is a deadline or of a promise, and not of something that took place."""
    start, end = next(each for each in clauses(text) if each[0] <= mention.start <= each[1])
    if _PROMISE.search(text, start, mention.start):
        return True
    is_deadline = DEADLINE.search(text[start : mention.start]) or _DEADLINE_AFTER.match(text, mention.end)
    return bool(is_deadline) and not _TOOK_PLACE.search(text, start, end)


def find_hour_to_try(text: str, start: int, end: int, today: date, now: time) -> list[DateMention]:
    """Return the hour of a clause that is nothing but a call to try: "try again 4pm"; tomorrow if it is over."""
    match = _TRY_AGAIN.match(text, start, end)
    clock = read_clock(text, match.end()) if match else None
    if match is None or clock is None or text[clock.end : end].strip(" ."):
        return []
    day = today + timedelta(clock.is_next_day or clock.time <= now)
    return [DateMention(match.end(), clock.end, day, clock.time, zone=clock.zone)]
