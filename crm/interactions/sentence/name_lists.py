"""Lists of names in a sentence: where they end, how they are joined, and the records they may mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from .chips import ChipChoice, ChipKind, NameMatch, SentenceChip
from .kinds import TITLE_DOT

STOP = re.compile(
    rf"[,;!?\n\x00()，；。！？]|[:：](?=\s|\x00|$)|：|\s[-–—](?=\s)|{TITLE_DOT}(?=\s|$)"
    r"|\b(?:at|in|about|re|on|for|from|of|via|who|that|which|because|regarding|concerning|over|during|after|before"
    r"|he|she|they|we|wants?|wanted|needs?|needed|asks?|asked|said|says|told|sent|left|(?-i:will)|is|was|has|had|with)\b|@|[在为替]",
    re.IGNORECASE,
)
JOIN = re.compile(r"\s*(?:&|\+|/|、|\band\b|和|与|跟)\s*", re.IGNORECASE)
COMMA = re.compile(r"\s*[,、，]\s*(?:and\s+)?")
COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}
NAME_LIKE = re.compile(r"(?:(?:Mr|Ms|Mrs|Dr|Prof)\.?\s+)?[A-ZÀ-Þ][\w'’.-]*(?:\s+[A-ZÀ-Þ][\w'’-]*)*|[一-鿿·]{2,4}")

Find = Callable[[str], Sequence[NameMatch]]


def chip_for(kind: ChipKind, text: str, start: int, hits: Sequence[NameMatch]) -> SentenceChip:
    """Build a chip: one hit is certain, several are choices, none is a new record."""
    end = start + len(text)
    if len(hits) == 1:
        return SentenceChip(kind, hits[0].label, hits[0].id, start, end, zone=hits[0].zone)
    choices = tuple(ChipChoice(hit.id, hit.label) for hit in hits)
    return SentenceChip(kind, text, None, start, end, sure=False, choices=choices)


def list_end(text: str, start: int) -> int:
    """Return where a list of names that begins at `start` ends."""
    stop = STOP.search(text, start)
    return stop.start() if stop else len(text)


def split_names(text: str, start: int, end: int, join: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Yield the names of a list with their positions."""
    position = start
    for match in [*join.finditer(text, start, end), None]:
        stop = match.start() if match else end
        part = text[position:stop]
        if part.strip():
            yield position + len(part) - len(part.lstrip()), part.strip()
        position = match.end() if match else stop


def _prefixes(text: str) -> Iterator[str]:
    """Yield the first six words of the text, then ever fewer."""
    ends = [match.end() for match in islice(re.finditer(r"\S+", text), 6)]
    return (text[:end] for end in reversed(ends))


def longest_match(find: Find, text: str) -> tuple[str, Sequence[NameMatch]]:
    """Return the longest known name at the start of the text and its records; empty without one."""
    return next(((words, hits) for words in _prefixes(text) if (hits := find(words))), ("", ()))


def with_preposition(start: int, chip: SentenceChip) -> SentenceChip:
    """Extend the chip by the preposition before it."""
    return SentenceChip(chip.kind, chip.label, chip.value, start, chip.end, chip.sure, chip.choices, chip.zone)
