"""Readings of a name in Latin letters as a Chinese name: family name, given name, romanization."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from .given_names import is_given_name
from .sounds import ROMANIZATIONS, family_index, given_index

_MAX_SYLLABLES = 3
_MAX_LETTERS = 20


class ChineseReading(NamedTuple):
    """One way to read words as a Chinese name; `romanizations` are those that can read all of it, as bits."""

    family: str
    given_latin: str
    romanizations: int
    is_reversed: bool
    rest: tuple[str, ...]


def word_windows(words: Sequence[str], family_words: int) -> Iterator[tuple[str, str, bool, tuple[str, ...]]]:
    """Yield family name, given name, whether the order is reversed, and the remaining words, for each way to read them.

    The family name is the first or last word of a window, or its first or last two (Au Yeung). All words come first.
    """
    count = len(words)
    if count == 1 and len(words[0]) <= _MAX_LETTERS:
        for cut in range(1, len(words[0])):
            yield words[0][:cut], words[0][cut:], False, ()
    for size in range(count, 1, -1):
        if count - size > 2:
            return
        for start in range(count - size + 1):
            window, rest = words[start : start + size], (*words[:start], *words[start + size :])
            for length in (1, 2):
                if length >= size:
                    break
                yield "".join(window[:length]), "".join(window[length:]), False, rest
                if not family_words:
                    yield "".join(window[-length:]), "".join(window[:-length]), True, rest


@lru_cache(maxsize=16_384)
def read_chinese(words: tuple[str, ...], family_words: int = 0) -> tuple[ChineseReading, ...]:
    """Return the ways to read Latin words as a Chinese name with family and given name; with the fewest words left."""
    out: list[ChineseReading] = []
    for family, given_latin, is_reversed, rest in word_windows(words, family_words):
        if out and len(rest) > len(out[0].rest):
            break
        if any(map(is_syllables, rest)):
            continue
        romanizations = _family_romanizations(family) & _given_romanizations(given_latin)
        if romanizations:
            out.append(ChineseReading(family, given_latin, romanizations, is_reversed, rest))
    return tuple(out)


# Cached because few family names and given names make many names.
@lru_cache(maxsize=4096)
def _family_romanizations(family: str) -> int:
    return sum(r for r in ROMANIZATIONS if family_index().characters(r, family))


@lru_cache(maxsize=4096)
def _given_romanizations(given_latin: str) -> int:
    return sum(r for r in ROMANIZATIONS if segment(given_latin, r))


def is_syllables(word: str) -> bool:
    """Whether a word can be a part of a Chinese name, so that it is no English name beside one."""
    return not is_given_name(word) and any(segment(word, romanization) for romanization in ROMANIZATIONS)


@lru_cache(maxsize=32_768)
def segment(text: str, romanization: int) -> tuple[tuple[int, ...], ...]:
    """Return the ways to split a given name into up to three syllables, each as the bits of its characters."""
    return tuple(_segment(text, romanization, _MAX_SYLLABLES)) if 0 < len(text) <= _MAX_LETTERS else ()


def _segment(text: str, romanization: int, syllables: int) -> Iterator[tuple[int, ...]]:
    if not text:
        yield ()
    elif syllables:
        for size in range(1, min(len(text), 6) + 1):
            characters = given_index().characters(romanization, text[:size])
            if characters:
                for rest in _segment(text[size:], romanization, syllables - 1):
                    yield (characters, *rest)
