"""Which part of a name in Latin letters is the family name, and which comes first, for names that are also Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crm.names.display import NameOrder
from crm.names.folding import fold, simplify_char
from crm.names.pinyin import split_latin

from .given_names import is_given_name
from .parts import split_name_words
from .readings import ChineseReading, read_chinese
from .sounds import ROMANIZATIONS, family_index, family_spellings, surnames


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
    """Return family and given name of Latin words that are a Chinese name in either order: "Zhou Limin", "Limin Zhou".

    If both ends can be the family name, one of two characters is, else the more common one. None for other names, also
    "David Chen".
    """
    folded = tuple(split_name_words(" ".join(words)))
    if any(map(is_given_name, folded)):
        return None
    splits = [
        (_rank(reading), reading.is_reversed, split)
        for reading in read_chinese(folded)
        if not reading.rest
        for split in _splits(words, reading)
    ]
    return min(splits)[2] if splits else None


def _splits(words: Sequence[str], reading: ChineseReading) -> Iterator[tuple[str, str]]:
    """Yield the name with the family name of a reading, if it is one or two whole words."""
    for count in range(1, min(3, len(words))):
        cut = len(words) - count if reading.is_reversed else count
        family, given_name = (words[cut:], words[:cut]) if reading.is_reversed else (words[:cut], words[cut:])
        if "".join(split_name_words(" ".join(family))) == reading.family:
            yield " ".join(family), " ".join(given_name)


def _rank(reading: ChineseReading) -> tuple[bool, int]:
    """Return how likely the family name is: those of two characters first, then the more common ones."""
    # Pinyin first: only in Macau, Lei is the very common 李.
    romanization = next(r for r in ROMANIZATIONS if reading.romanizations & r)
    bits = family_index().characters(romanization, reading.family)
    commonest = (bits & -bits).bit_length() - 1
    return len(tuple(surnames())[commonest]) == 1, commonest
