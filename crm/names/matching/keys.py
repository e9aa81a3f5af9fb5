"""Keys that names of one person or organization share: stored with the search tokens, to find candidates by index.

Chinese names have keys in pinyin, also for each likely reading of a Hong Kong, Taiwan or Singapore spelling; other
names have keys of pairs of words by sound. A key is a candidate only: `match_people` decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations, islice, product

from crm.names.folding import KEY_MARK
from crm.names.pinyin import family_readings, fold_u, given_readings, syllables
from crm.names.surnames import split_family

from .given_names import first_form, is_given_name
from .parts import NameParts, PersonName, prepare_name
from .readings import ChineseReading, read_chinese, segment
from .sounds import (
    HONG_KONG,
    PINYIN,
    ROMANIZATIONS,
    TAIWAN,
    character_spellings,
    family_index,
    given_characters,
    surnames,
    usual_spellings,
)
from .transcription import transcription_keys
from .western import PARTICLES, sound_of

_KEY = re.compile(rf"{KEY_MARK}\S+")
MAX_KEYS = 24
_MAX_FAMILIES, _MAX_SYLLABLES = 3, 4
_MAX_WORDS, _SOUND = 4, 3
_MAX_SPELLED_FAMILIES, _MAX_SPELLED = 1, 2


def person_keys(name: PersonName | str, limit: int = MAX_KEYS) -> tuple[str, ...]:
    """Return the keys of a person's name, the likeliest first."""
    return limit_keys(_person_keys(prepare_name(name)), limit)


def either_order_keys(name: PersonName, limit: int = MAX_KEYS) -> tuple[str, ...]:
    """Return the keys to search for a person: also those with family and given name swapped, as in "Zhou Limin"."""
    keys = person_keys(name, limit)
    if name.family_native or not (name.family_latin and name.given_latin):
        return keys
    swapped = name._replace(family_latin=name.given_latin, given_latin=name.family_latin)
    half = limit // 2
    return tuple(dict.fromkeys((*keys[:half], *person_keys(swapped, half), *keys[half:])))[:limit]


def find_keys(tokens: str) -> list[str]:
    """Return the keys among the search tokens of a record."""
    return _KEY.findall(tokens)


def limit_keys(keys: Iterable[str], limit: int) -> tuple[str, ...]:
    """Return the first keys, each once, with their mark."""
    return tuple(islice(dict.fromkeys(KEY_MARK + key for key in keys), limit))


def _person_keys(parts: NameParts) -> Iterator[str]:
    if parts.han:
        for family, given_latin in product(family_readings(parts.family), given_readings(parts.given_name) or [[]]):
            yield _pinyin_key("".join(family), "".join(given_latin))
        first, rest = (parts.family, parts.given_name) if parts.given_name else split_family(parts.family)
        if not parts.given_name and len(parts.family) > 1:
            yield _pinyin_key("".join(syllables(first)), "".join(syllables(rest)))
        yield from _spelled_keys(first, rest)
    readings = read_chinese(parts.words, parts.family_words)
    for reading in readings:
        yield _pinyin_key(reading.family, reading.given_latin)
    if not readings or any(reading.rest for reading in readings) or any(map(is_given_name, parts.words)):
        yield from _word_keys(parts.words)
    if not readings:
        yield from ("7" + shared for shared in transcription_keys(parts))
    yield from _likely_pinyin(readings)


def _spelled_keys(family: str, given_name: str) -> Iterator[str]:
    """Yield the keys of a name in characters as it is usually spelled in Hong Kong and Taiwan: Law Chun-kit."""
    families = surnames().get(family, ())[:_MAX_SPELLED_FAMILIES]
    for romanization in (HONG_KONG, TAIWAN):
        for given_latin in usual_spellings(given_name, romanization)[:_MAX_SPELLED]:
            yield from (_pinyin_key(spelling, given_latin) for spelling in families)


def _pinyin_key(family: str, given_latin: str) -> str:
    return _fold_pinyin(family) + "0" + _fold_pinyin(given_latin)


def _fold_pinyin(pinyin: str) -> str:
    return fold_u(pinyin.replace("ü", "u"))


def _likely_pinyin(readings: Iterable[ChineseReading]) -> list[str]:
    """Return keys for the characters that other romanizations can spell so, the likeliest first."""
    ranked: dict[str, int] = {}
    for reading in readings:
        for romanization in ROMANIZATIONS:
            if romanization == PINYIN or not reading.romanizations & romanization:
                continue
            given_names = _rank_given_names(romanization, reading.given_latin)
            for first, family in enumerate(_family_pinyin(romanization, reading.family), 2 * reading.is_reversed):
                for given_latin, rank in given_names:
                    key = f"{family}0{given_latin}"
                    ranked[key] = min(first + rank, ranked.get(key, first + rank))
    return sorted(ranked, key=lambda key: (ranked[key], key))


# Cached because few given names make many names.
@lru_cache(maxsize=4096)
def _rank_given_names(romanization: int, spelling: str) -> tuple[tuple[str, int], ...]:
    """Return the folded pinyin of the given names that Latin letters can spell, with the sum of the ranks."""
    ranked: dict[str, int] = {}
    for split in _shortest(segment(spelling, romanization)):
        for ranks in product(*(enumerate(_given_pinyin(bits)) for bits in split)):
            pinyin = _fold_pinyin("".join(pinyin for _rank, pinyin in ranks))
            rank = sum(rank for rank, _pinyin in ranks)
            ranked[pinyin] = min(rank, ranked.get(pinyin, rank))
    return tuple(ranked.items())


def _shortest(splits: tuple[tuple[int, ...], ...]) -> list[tuple[int, ...]]:
    fewest = min(map(len, splits), default=0)
    return [split for split in splits if len(split) == fewest]


@lru_cache(maxsize=2048)
def _family_pinyin(romanization: int, spelling: str) -> list[str]:
    bits = family_index().characters(romanization, spelling)
    readings = ("".join(family_readings(name)[0]) for name in _iterate_chosen(bits, tuple(surnames())))
    return [_fold_pinyin(reading) for reading in list(dict.fromkeys(readings))[:_MAX_FAMILIES]]


@lru_cache(maxsize=4096)
def _given_pinyin(bits: int) -> list[str]:
    """Return the pinyin of the characters, the one of most and of the commonest first."""
    counts: dict[str, int] = {}
    for char in _iterate_chosen(bits, tuple(given_characters())):
        for spelling, romanizations in character_spellings(char).items():
            if romanizations & PINYIN:
                # The file begins with the commonest characters, those with southern spellings.
                counts[spelling] = counts.get(spelling, 0) + (3 if given_characters()[char] else 1)
    return sorted(counts, key=lambda pinyin: (-counts[pinyin], pinyin))[:_MAX_SYLLABLES]


def _iterate_chosen(bits: int, values: tuple[str, ...]) -> Iterator[str]:
    while bits:
        lowest = bits & -bits
        yield values[lowest.bit_length() - 1]
        bits ^= lowest


def _word_keys(words: Iterable[str]) -> Iterator[str]:
    sounds = [
        sound_of(first_form(word)).replace("v", "f")[:_SOUND]
        for word in words
        if len(word) > 1 and word not in PARTICLES
    ]
    sounds = list(dict.fromkeys(sounds))[:_MAX_WORDS]
    if len(sounds) == 1:
        yield "1" + sounds[0]
    for pair in combinations(sorted(sounds), 2):
        yield "2".join(pair)
