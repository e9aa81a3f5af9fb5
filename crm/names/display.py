"""How a name is shown: its order, the letters on a face, the language of a text."""

import re
from enum import StrEnum
from functools import cache
from typing import NamedTuple

import opencc

from crm.names.folding import KANA_HANGUL, has_han, is_han, simplify_char
from crm.names.surnames import is_family

_FOREIGN = re.compile(f"[{KANA_HANGUL}]")
_LETTERS = re.compile(r"[^\W_]+")


class NameOrder(StrEnum):
    """Which part of the name comes first in Latin letters."""

    FAMILY_FIRST = "family_first"
    GIVEN_FIRST = "given_first"


class FullName(NamedTuple):
    """A name in its own script and in Latin letters; None where nothing is known."""

    native: str | None
    latin: str | None

    @property
    def label(self) -> str:
        """The name for readers of Latin letters, else the native one; empty without either."""
        return self.latin or self.native or ""


def full_name(
    family_native: str | None,
    given_native: str | None,
    family_latin: str | None,
    given_latin: str | None,
    order: str = NameOrder.FAMILY_FIRST,
    *,
    english_name: str | None = None,
) -> FullName:
    """Both forms of a name; `order` is that of Latin letters, a Chinese name in characters begins with the family.

    An English name stands in for a missing given one.
    """
    given = _tidy(given_latin) or _tidy(english_name)
    return FullName(
        _native(_tidy(family_native), _tidy(given_native), order), _ordered(_tidy(family_latin), given, order, " ")
    )


def _native(family: str, given: str, order: str) -> str | None:
    if not (is_han(family) and is_han(given)):
        return _ordered(family, given, order, " ")
    if order == NameOrder.FAMILY_FIRST or not family or is_family(family):
        return (family + given) or None
    # A foreigner's name in characters keeps its order, with a dot: 约翰·史密斯.
    return _ordered(family, given, order, "·")


def _ordered(family: str, given: str, order: str, between: str) -> str | None:
    pair = (given, family) if order == NameOrder.GIVEN_FIRST else (family, given)
    return between.join(part for part in pair if part) or None


def _tidy(text: str | None) -> str:
    return " ".join((text or "").split())


def initials_of(label: str | None, limit: int = 2) -> str:
    """The letters on a face: the first Han character, else the first letters of the first and last word; or "?"."""
    found: list[str] = _LETTERS.findall(label or "")
    if not found:
        return "?"
    if not found[0][0].isascii() and has_han(found[0][0]):
        return found[0][0]
    chosen = found if limit > len(found) else [found[0], *found[len(found) - limit + 1 :]]
    return "".join(word[0] for word in chosen[:limit]).upper()[:limit]


def lang_of(text: str | None) -> str | None:
    """The `lang` of a text with Han characters: zh-Hans or zh-Hant by its characters (zh-Hans when both read alike).

    None for other texts, also for those with kana or hangul: they are not Chinese.
    """
    if not text or not has_han(text) or _FOREIGN.search(text):
        return None
    han = [char for char in text if has_han(char)]
    traditional = sum(_differs(char) == "t" for char in han)
    plain = sum(_differs(char) == "s" for char in han)
    return "zh-Hant" if traditional > plain else "zh-Hans"


@cache
def _traditionalizer() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


@cache
def _differs(char: str) -> str:
    """`t` for a character of traditional writing only, `s` of simplified only, empty for one of both."""
    if simplify_char(char) != char:
        return "t"
    return "s" if str(_traditionalizer().convert(char)) != char else ""
