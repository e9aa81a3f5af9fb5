"""A need or product with its words, extracted once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from crm.matching.scoring.profiles import NeedProfile, ProductProfile
from crm.matching.scoring.texts import Words, extract_words, texts_of

_DESCRIPTION_STRENGTH = 0.6


@dataclass(frozen=True, slots=True)
class Prepared:
    """`names` are the words of the name in each language, `words` all words."""

    profile: Any
    names: tuple[Words, ...]
    words: Words

    def strength(self, word: str) -> float:
        """Return how strongly a word describes it: 1 in a name, less in a description."""
        return 1.0 if any(word in names for names in self.names) else _DESCRIPTION_STRENGTH


@lru_cache(maxsize=512)
def prepare(profile: NeedProfile | ProductProfile) -> Prepared:
    """Extract the words of a need or product."""
    name, native_name, description = texts_of(profile)
    names = tuple(words for words in (extract_words(name), extract_words(native_name)) if words)
    words = extract_words(description)
    for own_words in reversed(names):
        words |= own_words
    return Prepared(profile, names, words)
