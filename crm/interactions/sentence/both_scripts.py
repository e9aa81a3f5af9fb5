"""Names in both scripts: "Gao Lei 高磊", "高磊 (Gao Lei)"."""

from __future__ import annotations

import re
from typing import NamedTuple

from crm import names

from .han_families import FREQUENT_FAMILIES

_WORD = r"[A-ZÀ-Þ](?:(?![一-鿿])[\w'’-])*"
_LATIN = rf"{_WORD}(?:\s+{_WORD}){{0,3}}"
_HAN = r"[一-鿿·]{2,8}"
_PATTERN = re.compile(
    rf"(?<![\w])(?P<latin>{_LATIN})\s*[(（]?\s*(?P<han>{_HAN})[)）]?"
    rf"|(?P<native>{_HAN})\s*[(（]?\s*(?P<spelling>{_LATIN})[)）]?"
)
_JOIN = re.compile(r"[和与跟及在]")


class NameInBothScripts(NamedTuple):
    """The two spellings of one name, from `start` to `end` of the text."""

    latin: str
    han: str
    start: int
    end: int


def find_names_in_both_scripts(text: str, start: int, end: int) -> list[NameInBothScripts]:
    """Return the names in both scripts of a range."""
    matches = (_read(match) for match in _PATTERN.finditer(text, start, end))
    return [name for name in matches if name]


def match_name_in_both_scripts(text: str) -> NameInBothScripts | None:
    """Return the name in both scripts at the start of the text."""
    match = _PATTERN.match(text)
    return _read(match) if match else None


def _read(match: re.Match[str]) -> NameInBothScripts | None:
    """Return the name; characters after as many as there are syllables belong to the next name (高磊和李慧)."""
    latin, han = match["latin"] or match["spelling"], match["han"] or match["native"]
    syllables = _count_syllables(latin)
    if match["native"]:
        is_name = len(han) == syllables or (not syllables and not _JOIN.search(han))
        return NameInBothScripts(latin, han, match.start(), match.end()) if is_name else None
    length = syllables if 2 <= syllables <= len(han) else len(_JOIN.split(han)[0])
    is_glued = match.start("han") == match.end("latin")
    if is_glued and not syllables and han[0] not in FREQUENT_FAMILIES:
        return None  # Tom Okafor聊了
    stop = match.end() if length == len(han) else match.start("han") + length
    return NameInBothScripts(latin, han[:length], match.start(), stop) if length >= 2 else None


def _count_syllables(latin: str) -> int:
    """Return the number of syllables of a name in pinyin; 0 for other names."""
    parts = [names.split_latin(word.casefold()) for word in latin.split()]
    return sum(len(part) for part in parts if part) if all(parts) else 0
