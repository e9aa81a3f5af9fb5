"""Lists of names in a sentence: where they end, how they are joined, and the records they may mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from .both_scripts import find_names_in_both_scripts
from .chips import ChipChoice, ChipKind, Lookup, NameMatch, SentenceChip
from .dates import DATE_PATTERN
from .kinds import TITLE_DOT

# 和周立民聊了20分钟: what was done follows the name without a space. A name has two characters or more.
_HAN_TALK = r"(?<=(?![和与跟及])[一-鿿][一-鿿])(?:聊|谈|说|讲|沟通|讨论|商量|交流|(?:[通打开约见发碰]|视频|语音)了)"
STOP = re.compile(
    rf"[,;!?\n\x00()，；。！？]|[:：](?=\s|\x00|$)|：|\s[-–—](?=\s)|{TITLE_DOT}(?=\s|$)"
    r"|\b(?:at|in|about|re|on|for|from|of|via|who|that|which|because|regarding|concerning|over|during|after|before"
    r"|he|she|they|we|wants?|wanted|needs?|needed|asks?|asked|said|says|told|sent|left|(?-i:will)|is|was|has|had|with)\b|\b(?-i:w)/?(?=\s)|@|[在为替]"
    rf"|{_HAN_TALK}",
    re.IGNORECASE,
)
JOIN = re.compile(r"\s*(?:&|\+|/|、|\band\b|和|与|跟|及)\s*", re.IGNORECASE)
COMMA = re.compile(r"\s*[,、，]\s*(?:and\s+)?")
COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5}
_LATIN = r"(?![一-鿿])[\w'’-]"
NAME_LIKE = re.compile(
    rf"(?:(?:Mr|Ms|Mrs|Dr|Prof)\.?\s+)?[A-ZÀ-Þ](?:{_LATIN}|\.)*(?:\s+[A-ZÀ-Þ](?:{_LATIN})*)*|[一-鿿·]{{2,4}}"
)

_NAME_GOES_ON = re.compile(r"[A-ZÀ-Þ][a-zß-ÿ'’-]+(?![\w.])")

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
    whole_names = find_names_in_both_scripts(text, start, len(text))
    stops = (m for m in STOP.finditer(text, start) if not any(n.start < m.start() < n.end for n in whole_names))
    return next((stop.start() for stop in stops), len(text))


def split_names(text: str, start: int, end: int, join: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Yield the names of a list with their positions."""
    position = start
    whole_names = find_names_in_both_scripts(text, start, end)
    joints = (m for m in join.finditer(text, start, end) if not any(n.start < m.start() < n.end for n in whole_names))
    for match in [*joints, None]:
        stop = match.start() if match else end
        part = text[position:stop]
        if part.strip():
            yield position + len(part) - len(part.lstrip()), part.strip()
        position = match.end() if match else stop


def _prefixes(text: str) -> Iterator[str]:
    """Yield the first six words of the text, then ever fewer; Chinese characters after Latin letters are a word."""
    ends = [match.end() for match in islice(re.finditer(r"[^\s一-鿿]+|[一-鿿]+", text), 6)]
    return (text[:end] for end in reversed(ends))


def longest_match(find: Find, text: str) -> tuple[str, Sequence[NameMatch]]:
    """Return the longest known name at the start of the text and its records; empty without one."""
    return next(((words, hits) for words in _prefixes(text) if (hits := find(words))), ("", ()))


def goes_on(rest: str) -> bool:
    """Whether the words after a name belong to it: "Harbor" after "Ningbo", but not "Friday"."""
    return bool(_NAME_GOES_ON.match(rest)) and not DATE_PATTERN.match(rest)


def find_organization(lookup: Lookup, text: str) -> tuple[str, Sequence[NameMatch]]:
    """Return the longest known organization at the start of the text; none for a city or a longer unknown name."""
    name, hits = longest_match(lookup.organizations, text)
    is_part = " " not in name and goes_on(text[len(name) :].lstrip())
    return ("", ()) if not hits or is_part or lookup.is_city(name) else (name, hits)


def with_preposition(start: int, chip: SentenceChip) -> SentenceChip:
    """Extend the chip by the preposition before it."""
    return SentenceChip(chip.kind, chip.label, chip.value, start, chip.end, chip.sure, chip.choices, chip.zone)
