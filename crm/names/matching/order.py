"""Which part of a name in Latin letters is the family name, and which comes first, for names that are also Chinese."""

from __future__ import annotations

from crm.names.display import NameOrder
from crm.names.folding import fold, simplify_char
from crm.names.pinyin import split_latin

from .given_names import is_given_name
from .parts import split_name_words
from .sounds import family_spellings


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
