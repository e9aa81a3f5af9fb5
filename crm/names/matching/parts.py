"""Names of people as the matcher compares them: characters, and words in Latin letters."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from crm.names.folding import HAN, OTHER_SCRIPT, fold, has_han, is_other_script, simplify_char
from crm.names.surnames import split_family

_TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "prof",
        "professor",
        "sir",
        "madam",
        "dame",
        "lord",
        "herr",
        "frau",
        "sr",
        "sra",
        "srta",
        "don",
        "dona",
        "president",
        "chairman",
        "mme",
        "mlle",
        "monsieur",
        "señor",
        "señora",
        "minister",
        "general",
    ]
)
_SUFFIXES = frozenset(
    [
        "jr",
        "sr",
        "ii",
        "iii",
        "iv",
        "phd",
        "md",
        "mba",
        "esq",
        "cpa",
        "dds",
        "pe",
        "jp",
        "gbs",
        "gbm",
        "sbs",
        "llc",
        "ltd",
        "inc",
    ]
)
_HAN_TITLES = re.compile(
    r"(?:先生|女士|小姐|太太|博士|教授|老师|医生|律师|工程师|总工程师|总工|副?总经理|副?经理|副?主任|副?处长|副?局长|副?院长|副?厂长"
    r"|副?董事长|副?总裁|副?会长|副?秘书长|副?科长|副?部长|副?校长|副?市长|副?书记|总监|副总|总领事|领事|大使|参赞)$"
)
_HAN_RUN = re.compile(f"[{HAN}]+(?:[·・‧•．.][{HAN}]+)*")
_LATIN = re.compile(r"[A-Za-z]")
_OTHER_WORD = re.compile(rf"\S*[{OTHER_SCRIPT}]\S*")
_DOT = re.compile(r"[·・‧•．.]")
_WORD = re.compile(r"[a-z0-9]+")
_TONE_DIGITS = re.compile(r"\b(?:[a-zü:]+[1-5])+\b", re.IGNORECASE)
"""Pinyin with tones as digits: Wang2 Wei3."""
_SERVANT = re.compile(r"\b(?:abd (?:al|el|ul)|abd(?:al|el|oul))\b")
"""The first part of Arabic given names: Abd al-Aziz is also written Abdul Aziz and Abdel Aziz."""
_UMLAUT = str.maketrans({"ä": "ae", "ö": "oe", "Ä": "Ae", "Ö": "Oe"})


class PersonName(NamedTuple):
    """The parts of a person's name as they are stored; empty if unknown."""

    family_native: str = ""
    given_native: str = ""
    family_latin: str = ""
    given_latin: str = ""
    english_name: str = ""

    @property
    def text(self) -> str:
        """The name in one line."""
        joint = "" if has_han(self.family_native + self.given_native) else " "
        native = joint.join(filter(None, (self.family_native, self.given_native)))
        return " ".join(filter(None, (native, *self[2:])))


class NameParts(NamedTuple):
    """A prepared name.

    `family` and `given_name` are simplified characters; `foreign` are the parts of a foreign name in characters.
    `words` are folded Latin words in order; the first `family_words` are the family name (0: unknown).
    """

    native: str
    family: str
    given_name: str
    foreign: tuple[str, ...]
    latin: str
    words: tuple[str, ...]
    family_words: int

    @property
    def han(self) -> str:
        """The whole name in simplified characters."""
        return self.family + self.given_name


def split_name_words(text: str) -> list[str]:
    """Return the folded words of a name: apostrophes join, hyphens and points separate, `ü` stays one letter."""
    return _WORD.findall(fold(text).replace("'", ""))


@lru_cache(maxsize=16_384)
def prepare_name(name: PersonName | str) -> NameParts:
    """Return the parts of a name; those of a text are guessed."""
    return _prepare_text(name) if isinstance(name, str) else _prepare_person(name)


def _prepare_person(name: PersonName) -> NameParts:
    if not (name.family_native or name.given_native) and (has_han(name.family_latin) or has_han(name.given_latin)):
        return _prepare_text(name.text)
    family_words = _plain_words(name.family_latin)
    words = [*family_words, *_plain_words(name.given_latin), *_plain_words(name.english_name)]
    latin = " ".join(filter(None, (name.family_latin, name.given_latin, name.english_name)))
    native = name.family_native + name.given_native
    if not has_han(native):
        if not words:
            family_words, latin = _plain_words(name.family_native), name.text
            words = [*family_words, *_plain_words(name.given_native)]
        return NameParts("", "", "", (), latin, tuple(words), len(family_words))
    if name.family_native and name.given_native and not _DOT.search(native):
        family, given_name = _simplified(name.family_native), _simplified(name.given_native)
        return NameParts(native, family, given_name, (), latin, tuple(words), len(family_words))
    parts = _prepare_text(native)
    return parts._replace(latin=latin, words=tuple(words), family_words=len(family_words))


def _prepare_text(text: str) -> NameParts:
    runs = _HAN_RUN.findall(text)
    native = "".join(runs)
    latin = " ".join(_HAN_RUN.sub(" ", text).replace("()", "").split()) if runs else text.strip()
    if is_other_script(latin) and _LATIN.search(latin):
        # The same name twice: خالد المنصوري Khalid Al Mansoori.
        latin = " ".join(_OTHER_WORD.sub(" ", latin).split())
    family_latin, comma, given_latin = latin.partition(",")
    first = _plain_words(family_latin)
    words = (*first, *_plain_words(given_latin)) if comma else first
    family_words = len(first) if comma and words != first else 0
    if _DOT.search(native):
        foreign = tuple(_simplified(part) for part in _DOT.split(native) if part)
        return NameParts(native, "", "", foreign, latin, tuple(words), family_words)
    untitled = _HAN_TITLES.sub("", native)
    han = _simplified(untitled if len(untitled) > 1 else native)
    family, given_name = split_family(han) if han else ("", "")
    foreign = (han,) if len(han) > 4 else ()
    return NameParts(native, family, given_name, foreign, latin, tuple(words), family_words)


# These two are cached because few family names and given names make many names.
@lru_cache(maxsize=4096)
def _simplified(text: str) -> str:
    return "".join(simplify_char(char) for char in text if has_han(char))


@lru_cache(maxsize=4096)
def _plain_words(text: str) -> tuple[str, ...]:
    text = _TONE_DIGITS.sub(lambda match: re.sub(r"[1-5]", "", match.group()), text)
    words = split_name_words(text.translate(_UMLAUT))
    if any(word.startswith("abd") for word in words):
        words = _SERVANT.sub("abdul", " ".join(words)).split()
    while len(words) > 1 and words[0] in _TITLES:
        words = words[1:]
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words = words[:-1]
    return tuple(words)
