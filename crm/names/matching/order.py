"""Which part of a name in Latin letters is the family name, and which comes first, for names that are also Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crm.names.display import NameOrder
from crm.names.folding import fold, simplify_char
from crm.names.pinyin import split_latin

from .given_names import is_given_name
from .parts import split_name_words
from .readings import ChineseReading, read_chinese
from .sounds import PINYIN, family_spellings, is_family

_COMPOUND = frozenset(
    ["ouyang", "auyeung", "auyang", "zhuge", "shangguan", "shangkuan", "situ", "szeto", "seto", "huangfu", "xiahou"]
)
"""Spellings of family names of two characters that are no usual given names."""
_NOT_CHINESE = frozenset(
    [
        *("aida", "baba", "chiba", "hanai", "handa", "kanai", "kanda", "nakai", "nanba", "suda", "yasui"),
        *("banning", "bianchi", "channing", "dugan", "fagan", "fanning", "kane", "lane", "langan", "lange", "lanning"),
        *("mangan", "manning"),
    ]
)
"""Japanese and Western family names that are also two syllables of pinyin, but no usual Chinese given names."""


def usual_order(family_native: str | None, given_latin: str | None) -> NameOrder:
    """Return the usual order of a name in Latin letters: "Gao Lei" for 高磊, but "David Chen" for 陈大伟.

    A name without Chinese characters begins with the given name.
    """
    first = next(iter(split_name_words(given_latin or "")), "")
    is_western = is_given_name(first) and not split_latin(first)
    return NameOrder.FAMILY_FIRST if family_native and not is_western else NameOrder.GIVEN_FIRST


def is_family_first(words: list[str], family_native: str) -> bool:
    """Return whether Latin words beside a Chinese family name begin with it: "Chan Tai Man" of 陈, not "David Chen"."""
    spellings = family_spellings("".join(map(simplify_char, family_native)))
    first, last = (fold(word) in spellings for word in (words[0], words[-1]))
    return first if first != last else not is_given_name(fold(words[0]))


def split_chinese(words: Sequence[str]) -> tuple[str, str] | None:
    """Return family and given name of Latin words that are surely a Chinese name: "Zhou Limin", "Limin Zhou".

    None for names that can be read in either order ("Jun Chen") or be of another language ("Jun Sato", "Lee Lane").
    """
    folded = tuple(split_name_words(" ".join(words)))
    if any(is_given_name(word) or word in _NOT_CHINESE for word in folded):
        return None
    readings = [reading for reading in read_chinese(folded) if not reading.rest]
    splits = [(reading, split) for reading in readings for split in _splits(words, reading)]
    for reading, split in splits:
        if reading.family in _COMPOUND:
            return split
    is_one_end = is_family(_join(*words[:1])) != is_family(_join(*words[-1:]))
    if len(words) != 2 or len(splits) != 1 or not is_one_end:
        return None
    reading, split = splits[0]
    return split if _has_two_syllables(reading, split[1]) else None


def _splits(words: Sequence[str], reading: ChineseReading) -> Iterator[tuple[str, str]]:
    """Yield the name with the family name of a reading, if it is one or two whole words."""
    for count in range(1, min(3, len(words))):
        cut = len(words) - count if reading.is_reversed else count
        family, given_name = (words[cut:], words[:cut]) if reading.is_reversed else (words[:cut], words[cut:])
        if _join(*family) == reading.family:
            yield " ".join(family), " ".join(given_name)


def _join(*words: str) -> str:
    return "".join(split_name_words(" ".join(words)))


def _has_two_syllables(reading: ChineseReading, given_latin: str) -> bool:
    """Return whether a given name has two syllables: in pinyin, else with a hyphen ("Ma Ying-jeou")."""
    if reading.romanizations & PINYIN:
        return len(split_latin(reading.given_latin) or ()) == 2
    return len(split_name_words(given_latin)) == 2
