"""A glossary of trade terms in two languages, common words, and how often words occur in trade codes."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from crm.matching.scoring.data_files import read_lines
from crm.names.folding import fold, split_word, split_words

COMMON_WEIGHT = 0.05
_BROAD_WEIGHT = 0.35
NUMBER_WEIGHT = 0.2
_UNLISTED_WEIGHT = 0.85
"""The weight of a word that trade codes don't use: rare, or a name."""
Phrase = tuple[str, ...]


@cache
def _stemmer() -> Any:
    # Imported at first use: the library loads the rules of all its languages.
    import snowballstemmer  # noqa: PLC0415

    return snowballstemmer.stemmer("english")


def stem(word: str) -> str:
    """Return the stem of a folded English word; words with digits stay as they are."""
    return str(_stemmer().stemWord(word)) if word.isalpha() else word


def split_latin(text: str) -> list[str]:
    """Return the Latin words of a folded text, without their inner marks."""
    return [piece for word in split_words(text) for piece in split_word(word)]


def _split_terms(text: str) -> list[str]:
    return [term.strip() for term in text.split(",") if term.strip()]


@cache
def load_glossary() -> tuple[dict[Phrase, Phrase], dict[str, Phrase]]:
    """Return the stems of the leading form by the stems of each English form, and by each Chinese form."""
    english: dict[Phrase, Phrase] = {}
    chinese: dict[str, Phrase] = {}
    for line in read_lines("glossary.txt"):
        latin, _, native = line.partition("=")
        forms = [tuple(stem(word) for word in split_latin(term)) for term in _split_terms(latin)]
        for form in forms:
            english.setdefault(form, forms[0])
        for term in _split_terms(native):
            chinese.setdefault(fold(term), forms[0])
    return english, chinese


@cache
def load_common_words(mark: str) -> frozenset[str]:
    """Return the stems of the words with a mark in the list of common words, or the Chinese words after "="."""
    lines = [line for line in read_lines("common_words.txt") if (line[0] if line[0] in "-~=" else "") == mark]
    words = " ".join(line.lstrip("-~=") for line in lines)
    return frozenset(fold(words).split()) if mark == "=" else frozenset(stem(word) for word in split_latin(words))


@cache
def load_counts() -> tuple[int, dict[str, int]]:
    """Return the number of trade codes counted, and how many titles each frequent stem occurs in."""
    rows = (line.split() for line in read_lines("word_counts.txt"))
    counts = {word: int(count) for word, count in rows}
    return counts.pop("(titles)"), counts


@cache
def weigh(word: str) -> float:
    """Return how much a stem or a pair of Chinese characters says, from 0 to 1 (inverse document frequency)."""
    if word in load_common_words(""):
        return COMMON_WEIGHT
    if word.isdigit():
        return NUMBER_WEIGHT
    titles, counts = load_counts()
    count = counts.get(word)
    if count is None:
        weight = _UNLISTED_WEIGHT if word.isascii() else _UNLISTED_WEIGHT / 2
    else:
        weight = math.log(titles / count) / math.log(titles)
    return min(weight, _BROAD_WEIGHT) if word in load_common_words("~") else weight
