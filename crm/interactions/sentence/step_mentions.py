"""A next step in a sentence, the clauses of the sentence, and the words of its title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from crm.followups.enums import FollowUpSide

from .date_mentions import DateMention
from .kinds import TITLE_DOT

_SUBJECT_GOES_ON = (
    r"(?:['’](?:ll|d|re|ve|m)|\s+(?:(?:still|also|now|have|has)\s+)*(?:owes?|promise[sd]?|agree[sd]?|commit(?:s|ted)?"
    r"|offer(?:s|ed)?|guarantee[sd]?|will|would|must|should|can|needs?|wants?|plans?|expects?|asked|are|is|am))\b"
)
# A conjunction before a new subject begins a clause as well: "they owe us the spec and we owe them a price".
BOUND = re.compile(
    rf"[,;!?\n，；。！？\x00]+|\s[-–—]+\s|{TITLE_DOT}(?=\s|$)"
    rf"|\s+(?:and|but|while)\s+(?=(?:I|we|he|she|they){_SUBJECT_GOES_ON})|\s+(?=who{_SUBJECT_GOES_ON})"
)
_BY = re.compile(
    r"[\s,]*\b(?:due|expected)?\s*\b(?:by|before|until|till|on|due|for|at|around|no later than)?\s*(?:the\s+)?$",
    re.IGNORECASE,
)
DEADLINE = re.compile(r"\b(?:by|before|until|no later than)\s+(?:the\s+)?$", re.IGNORECASE)


class StepMention(NamedTuple):
    """A step from `start` to `end`: title, date (None: not given), and which side owes it."""

    start: int
    end: int
    title: str
    date_mention: DateMention | None
    side: FollowUpSide


def clauses(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each clause."""
    start = 0
    for bound in BOUND.finditer(text):
        yield start, bound.start()
        start = bound.end()
    yield start, len(text)


def build_step(
    text: str, start: int, action_start: int, end: int, days: list[DateMention], side: FollowUpSide
) -> StepMention:
    """Build the step; its title are the words before and after the date."""
    start += len(text[start:end]) - len(text[start:end].lstrip())
    if not days:
        return StepMention(start, end, capitalize(text[action_start:end]), None, side)
    day = days[-1]
    before = text[action_start : day.start]
    words = f"{_BY.sub('', before)} {text[day.end : end].strip()}"
    return StepMention(start, end, capitalize(words), day, side)


def has_deadline(text: str, start: int, days: list[DateMention]) -> bool:
    """Whether the last date follows a word such as "by"."""
    return bool(days) and DEADLINE.search(text[start : days[-1].start]) is not None


def capitalize(words: str) -> str:
    """Return a title: single spaces, a capital letter, "f/u" written out."""
    words = re.sub(r"\s+", " ", words).strip(" ,;.-")
    words = re.sub(r"^(?:please )?remind me to ", "", words, flags=re.IGNORECASE)
    words = re.sub(r"^(?:f/u|F/U|fu)(?=\s|$)", "follow up", words)
    return words[:1].upper() + words[1:]
