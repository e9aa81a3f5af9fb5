"""Names that a name of an organization contains: in either script, without an abbreviation, a former name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from crm.names.folding import HAN, has_han

from .organization_parts import initials_of, prepare_organization

_ADDED_ABBREVIATION = re.compile(r"\s*[(（](?P<letters>[A-Z]{3,6})[)）]")
_ABBREVIATION_FIRST = re.compile(r"^(?P<letters>[A-Z]{3,6})(?: - | ?[(（])(?P<name>[^()（）]+)[)）]?$")
_REGIONS = frozenset(["prc", "gcc", "nsw", "pty", "pvt"])
_FORMER_NAME = re.compile(
    r"\s*[(（](?:(?:formerly|former|dba|d/b/a|f/k/a|fka)\b(?: known as)?|原名|曾用名|原(?=[^()（）]{4}))[:：\s]*"
    r"(?P<name>[^()（）]+)[)）]",
    re.IGNORECASE,
)
_VOWELS = frozenset("aeiouy")
_LATIN_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9&.,'’ -]*[A-Za-z0-9.]")
_HAN_PART = re.compile(f"[{HAN}]+")
_SHORT_LATIN = 3


@lru_cache(maxsize=4096)
def list_names(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return names and those that are parts of them: in both scripts, or with an addition in parentheses."""
    return tuple(dict.fromkeys(name for text in texts for name in _list_names_in(text)))


def _list_names_in(text: str) -> Iterator[str]:
    yield text
    added = _ADDED_ABBREVIATION.search(text)
    if added is not None:
        bare = text[: added.start()] + text[added.end() :]
        if bare and _is_abbreviation(added["letters"].lower(), bare):
            yield bare
    first = _ABBREVIATION_FIRST.match(text)
    if first is not None and first["name"][0].lower() == first["letters"][0].lower() and " " in first["name"]:
        yield first["name"]
    former = _FORMER_NAME.search(text)
    if former is not None:
        yield from (text[: former.start()] + text[former.end() :], former["name"])
    if has_han(text):
        latin, han = (" ".join(pattern.findall(text)) for pattern in (_LATIN_PART, _HAN_PART))
        if len(latin) > _SHORT_LATIN and any(word.is_name for word in prepare_organization(han).han):
            yield from (latin, han)


def _is_abbreviation(letters: str, text: str) -> bool:
    """Whether letters abbreviate a name, or can't be a word: ZPMC, but not the CHINA of Siemens (CHINA) Ltd."""
    is_word = not _VOWELS.isdisjoint(letters) or letters in _REGIONS
    return not is_word or letters in initials_of(prepare_organization(text).words)
