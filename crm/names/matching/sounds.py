"""Which Latin syllables can spell which Chinese character, by romanization."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from crm.names.folding import simplify_char
from crm.names.pinyin import family_readings, syllables
from crm.names.surnames import COMPOUND, GIVEN

from .data_files import read_words
from .romanize import hong_kong_spellings, taiwan_spellings

# The romanizations as bits; plain integers, because flags of an enum cost a second while the index is built.
PINYIN, TAIWAN, HONG_KONG, SOUTHERN = 1, 2, 4, 8
ROMANIZATIONS = (PINYIN, TAIWAN, HONG_KONG, SOUTHERN)
_MOST_SPELLINGS, _LONGEST_SPELLED = 4, 4
_ANY_BUT_PINYIN = TAIWAN | HONG_KONG | SOUTHERN
Spellings = Mapping[str, int]
"""Spelling -> the romanizations that have it, as bits."""


class SyllableIndex(NamedTuple):
    """Per romanization: spelling -> the characters that it can stand for, as bits of their position."""

    by_romanization: Mapping[int, Mapping[str, int]]

    def characters(self, romanization: int, spelling: str) -> int:
        """Return the characters as bits; 0 if the romanization hasn't the spelling."""
        return self.by_romanization[romanization].get(spelling, 0)


@cache
def _cantonese() -> dict[str, tuple[str, ...]]:
    readings: dict[str, tuple[str, ...]] = {}
    for jyutping, characters in read_words("cantonese.txt"):
        for char in characters:
            readings[char] = (*readings.get(char, ()), jyutping)
    return readings


@cache
def surnames() -> dict[str, tuple[str, ...]]:
    """Return the known family names, the most common first, with their spellings outside pinyin."""
    names: dict[str, tuple[str, ...]] = {}
    for name, *spellings in read_words("surnames.txt"):
        names[name] = tuple(dict.fromkeys((*names.get(name, ()), *spellings)))
    return names | {name: () for name in COMPOUND if name not in names}


@cache
def given_characters() -> dict[str, tuple[str, ...]]:
    """Return the usual characters of given names with their spellings in southern languages."""
    characters: dict[str, tuple[str, ...]] = {}
    for run, *spellings in read_words("given.txt"):
        for char in map(simplify_char, run):
            characters[char] = tuple(dict.fromkeys((*characters.get(char, ()), *spellings)))
    return characters


@lru_cache(maxsize=8192)
def character_spellings(char: str) -> Spellings:
    """Return the spellings of a character in a given name."""
    readings = dict.fromkeys((*syllables(char), *GIVEN.get(char, ())))
    return _spellings([[reading] for reading in readings], [char], given_characters().get(char, ()))


def usual_spellings(text: str, romanization: int) -> list[str]:
    """Return up to four spellings of characters in a romanization, the likeliest first; [] for longer texts."""
    if not 0 < len(text) <= _LONGEST_SPELLED:
        return []
    return _product([_likely_spellings(char, romanization) for char in text])[:_MOST_SPELLINGS]


@lru_cache(maxsize=8192)
def _likely_spellings(char: str, romanization: int) -> list[str]:
    """Return the two likeliest spellings: those that aren't pinyin, and begin as the pinyin does."""
    spellings = character_spellings(char)
    initials = {each[0] for each, bits in spellings.items() if bits & PINYIN}
    options = [each for each, bits in spellings.items() if bits & romanization]
    return sorted(options, key=lambda each: (bool(spellings[each] & PINYIN), each[0] not in initials))[:2]


@lru_cache(maxsize=1024)
def family_spellings(family: str) -> Spellings:
    """Return the spellings of a simplified family name of one or two characters."""
    spellings = _spellings(family_readings(family), list(family), ())
    for spelling in surnames().get(family, ()):
        if not spellings.get(spelling, 0) & PINYIN:
            spellings[spelling] = spellings.get(spelling, 0) | _ANY_BUT_PINYIN
    return spellings


def _spellings(pinyin: Iterable[list[str]], characters: list[str], southern: Iterable[str]) -> dict[str, int]:
    spellings: dict[str, int] = {}

    def add(romanization: int, texts: Iterable[str]) -> None:
        for text in texts:
            spellings[text] = spellings.get(text, 0) | romanization

    for reading in pinyin:
        add(PINYIN, _with_u("".join(reading)))
        add(TAIWAN, _product([taiwan_spellings(syllable) for syllable in reading]))
    cantonese = [
        [text for reading in _cantonese().get(char, ()) for text in hong_kong_spellings(reading)] for char in characters
    ]
    add(HONG_KONG, _product(cantonese))
    add(SOUTHERN, southern)
    return spellings


def _with_u(pinyin: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(pinyin.replace("ü", u) for u in ("u", "v", "yu"))) if "ü" in pinyin else (pinyin,)


def _product(parts: list[Iterable[str]] | list[tuple[str, ...]] | list[list[str]]) -> list[str]:
    texts = [""]
    for part in parts:
        texts = [text + more for text in texts for more in part]
    return [text.replace("ü", "u") for text in texts]


@cache
def family_index() -> SyllableIndex:
    """Return the index of the spellings of family names; the bit of a name is its rank."""
    return _index(enumerate(map(family_spellings, surnames())))


@cache
def given_index() -> SyllableIndex:
    """Return the index of the spellings of given-name characters."""
    return _index(enumerate(map(character_spellings, given_characters())))


def family_bits(spelling: str) -> int:
    """Return the family names that a Latin word can spell in any romanization, as bits."""
    bits = 0
    for romanization in ROMANIZATIONS:
        bits |= family_index().characters(romanization, spelling)
    return bits


def is_family(word: str) -> bool:
    """Whether a Latin word can be a Chinese family name."""
    return family_bits(word) != 0


def share_family(a: str, b: str) -> bool:
    """Whether two Latin words can spell the same Chinese family name."""
    return family_bits(a) & family_bits(b) != 0


def _index(rows: Iterable[tuple[int, Spellings]]) -> SyllableIndex:
    index: dict[int, dict[str, int]] = {romanization: {} for romanization in ROMANIZATIONS}
    for position, spellings in rows:
        for spelling, bits in spellings.items():
            for romanization in ROMANIZATIONS:
                if bits & romanization:
                    table = index[romanization]
                    table[spelling] = table.get(spelling, 0) | 1 << position
    return SyllableIndex(index)
