"""Full names typed in lower case: "luis serrano called" is read as "Luis Serrano called"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .chips import Lookup

_WORD = re.compile(r"[^\W\d_一-鿿]+(?:[-'’](?!s\b)[^\W\d_一-鿿]+)*")
_PHRASE = re.compile(rf"{_WORD.pattern}(?: {_WORD.pattern})+")
_MOST_WORDS = 3
_NO_FIRST_NAME = frozenset({"will", "may", "can"})
"""Verbs in lower case: "he will price it" isn't about Will Price."""
COMMON_WORDS = frozenset({"he", "she", "you", "me", "we", "an", "so", "can", "man", "men", "long"})
"""English words that are syllables of Chinese names too: "he can" isn't a name."""


def capitalize_names(text: str, lookup: Lookup) -> str:
    """Return the text, of the same length, with capitals in the full names of people that were typed without.

    The parsers tell names from other words by their capitals: "sun li" from Sunday, "will send" from Will.
    """
    runs = [run for run in _runs(text) if _may_be_name(text[slice(*run)])]
    full_names = lookup.full_names({text[start:end] for start, end in runs}) if runs else ()
    end_of_last = 0
    for start, end in runs:
        if start >= end_of_last and text[start:end] in full_names:
            name = _WORD.sub(lambda word: word.group()[0].upper() + word.group()[1:], text[start:end])
            text, end_of_last = (text[:start] + name + text[end:], end) if len(name) == end - start else (text, end)
    return text


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Yield where two or three words with a space between them begin and end, the longer ones first."""
    for phrase in _PHRASE.finditer(text):
        words = [match.span() for match in _WORD.finditer(text, phrase.start(), phrase.end())]
        for first in range(len(words)):
            for last in range(min(first + _MOST_WORDS, len(words)) - 1, first, -1):
                yield words[first][0], words[last][1]


def _may_be_name(text: str) -> bool:
    """Whether a word begins in lower case, and the words aren't only verbs or common words."""
    words = text.split()
    is_lower = any(word[0].islower() for word in words)
    return is_lower and _NO_FIRST_NAME.isdisjoint(words) and not COMMON_WORDS.issuperset(words)
