"""How a name is displayed: its order, its initials, and the language of a text."""

import json
import re
from enum import StrEnum
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

import opencc

from crm.names.folding import KANA_HANGUL, has_han, is_han, simplify_char
from crm.names.surnames import is_family

_FOREIGN = re.compile(f"[{KANA_HANGUL}]")
_LETTERS = re.compile(r"[^\W_]+")


class NameOrder(StrEnum):
    """Which part of a name in Latin letters comes first."""

    FAMILY_FIRST = "family_first"
    GIVEN_FIRST = "given_first"


class FullName(NamedTuple):
    """A name in its native script and in Latin letters; None if unknown."""

    native: str | None
    latin: str | None

    @property
    def label(self) -> str:
        """Return the name in Latin letters, else the native one; empty without either."""
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
    """Return the native and the Latin form of a name.

    `order` applies to Latin letters; a Chinese name in characters begins with the family name. An English name replaces
    a missing given name.
    """
    given_name = _clean_spaces(given_latin) or _clean_spaces(english_name)
    return FullName(
        _native(_clean_spaces(family_native), _clean_spaces(given_native), order),
        _order_parts(_clean_spaces(family_latin), given_name, order, " "),
    )


def _native(family_name: str, given_name: str, order: str) -> str | None:
    if not (is_han(family_name) and is_han(given_name)):
        return _order_parts(family_name, given_name, order, " ")
    if order == NameOrder.FAMILY_FIRST or not family_name or is_family(family_name):
        return (family_name + given_name) or None
    # A foreign name in characters keeps its order, with a dot: 约翰·史密斯.
    return _order_parts(family_name, given_name, order, "·")


def _order_parts(family_name: str, given_name: str, order: str, between: str) -> str | None:
    pair = (given_name, family_name) if order == NameOrder.GIVEN_FIRST else (family_name, given_name)
    return between.join(part for part in pair if part) or None


def _clean_spaces(text: str | None) -> str:
    return " ".join((text or "").split())


def initials_of(label: str | None) -> str:
    """Return the first Han character, else the first letters of the first and last word; "?" without letters."""
    words: list[str] = _LETTERS.findall(label or "")
    if not words:
        return "?"
    if not words[0][0].isascii() and has_han(words[0][0]):
        return words[0][0]
    last = words[-1][0] if len(words) > 1 else ""
    return f"{words[0][0]}{last}".upper()[:2]


def lang_of(text: str | None) -> str | None:
    """Return the HTML `lang` of a Chinese text: zh-Hans or zh-Hant by its characters (zh-Hans if both fit).

    None for other texts, including those with kana or hangul.
    """
    if not text or not has_han(text) or _FOREIGN.search(text):
        return None
    han = [char for char in text if has_han(char)]
    traditional = sum(_script_of_char(char) == "t" for char in han)
    simplified = sum(_script_of_char(char) == "s" for char in han)
    return "zh-Hant" if traditional > simplified else "zh-Hans"


@cache
def _traditionalizer() -> opencc.OpenCC:
    """Return a converter of single characters. The phrases of the library's "s2t" would take 26 MB of memory."""
    folder = Path(opencc.__file__).parent / "clib" / "share" / "opencc"
    steps = {"normalization": "CJK_Compatibility_Ideographs.ocd2", "conversion_chain": "STCharacters.ocd2"}
    chains = {step: [{"dict": {"type": "ocd2", "file": str(folder / name)}}] for step, name in steps.items()}
    with NamedTemporaryFile("w", suffix=".json") as config:
        json.dump({"name": "characters", **chains}, config)
        config.flush()
        return opencc.OpenCC(config.name)


@cache
def _script_of_char(char: str) -> str:
    """Return "t" for a traditional character, "s" for a simplified one, "" for a character of both scripts."""
    if simplify_char(char) != char:
        return "t"
    return "s" if str(_traditionalizer().convert(char)) != char else ""
