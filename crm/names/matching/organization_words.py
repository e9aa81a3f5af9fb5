"""The tables of words in names of organizations: legal forms, descriptive words, places, companies, short forms."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from .data_files import read_lines

DESCRIPTIVE_WEIGHT = 0.35
_LINE_OF_JOINING = ("and", "the")
_DIGITS: tuple[str, ...] = ("", *"一二三四五六七八九")
_LAST_ORDINAL = 30
"""Bureaus of contractors are numbered: 中国水利水电第十四工程局."""
FIELDS_OF_STUDY = frozenset(
    [
        *("agricultural", "economics", "engineering", "finance", "foreign", "forestry", "industry", "law", "maritime"),
        *("medical", "normal", "ocean", "polytechnic", "science", "technology"),
    ]
)
"""What universities of one city are distinguished by."""


class HanWord(NamedTuple):
    """A part of a Chinese company name; without `english` it is a name that is spelled by its sound."""

    text: str
    english: tuple[tuple[str, ...], ...] = ()
    is_descriptive: bool = False
    is_place: bool = False
    is_company: bool = False

    @property
    def is_name(self) -> bool:
        """Whether it distinguishes one organization from others: a company, or an unknown word."""
        return self.is_company or not self.english


@cache
def generic_words() -> dict[str, str]:
    """Return descriptive words and the first form of each: mfg -> manufacturing."""
    forms: dict[str, str] = {}
    for line in read_lines("generic_words.txt"):
        first, *more = line.split()
        for word in (first, *more):
            forms.setdefault(word, first)
    return forms


@cache
def joining_words() -> frozenset[str]:
    """Return the words without meaning of their own: articles, prepositions, "and"."""
    return frozenset(
        word for line in read_lines("generic_words.txt") if line.startswith(_LINE_OF_JOINING) for word in line.split()
    )


@cache
def legal_forms() -> dict[str, list[tuple[str, ...]]]:
    """Return the legal forms at the end of names by their last word, the longest first."""
    forms: dict[str, list[tuple[str, ...]]] = {}
    for line in read_lines("legal_forms.txt"):
        words = tuple(line.split())
        forms.setdefault(words[-1], []).append(words)
    return _sort(forms)


@cache
def leading_forms() -> dict[str, list[tuple[str, ...]]]:
    """Return the legal forms at the beginning of names by their first word, the longest first."""
    # A form of one letter pair at the beginning is rather a name: AG Neovo, SA Recycling.
    leading = ["ooo", "oao", "zao", "pao", "ao", "jsc", "ojsc", "cjsc", "pjsc", "pt", "srl", "sarl", "spa"]
    leading += ["llp", "sdn", "too", "tov", "mchj", "osoo", "uab"]
    forms: dict[str, list[tuple[str, ...]]] = {}
    for options in legal_forms().values():
        for words in options:
            if len(words) > 2 or words[0] in leading or words == ("limited", "liability", "company"):
                forms.setdefault(words[0], []).append(words)
    return _sort(forms)


def _sort(forms: dict[str, list[tuple[str, ...]]]) -> dict[str, list[tuple[str, ...]]]:
    for options in forms.values():
        options.sort(key=len, reverse=True)
    return forms


@cache
def han_words() -> dict[str, HanWord]:
    """Return the known words of Chinese company names, and numbers of departments: 第八, 八局."""
    words = {}
    for file_name, is_company in (("company_words.txt", False), ("companies.txt", True)):
        for line in read_lines(file_name):
            text, english = line.split(maxsplit=1)
            forms = sorted(filter(None, map(_content_words, english.lstrip("*+").split("/"))), key=len, reverse=True)
            words[text] = HanWord(text, tuple(forms), english.startswith("*"), english.startswith("+"), is_company)
    for number in range(1, _LAST_ORDINAL + 1):
        text = _write_number(number)
        words[f"第{text}"] = HanWord(f"第{text}", ((str(number),),))
        words[f"{text}局"] = HanWord(
            f"{text}局", (("bureau", str(number)), ("engineering", str(number)), (str(number),))
        )
    return words


def _content_words(text: str) -> tuple[str, ...]:
    """Return the words of an English form without joining words, which are left out of names, too: Los Angeles."""
    return tuple(word for word in text.split() if word not in joining_words())


def _write_number(number: int) -> str:
    """Return a number up to 99 in Chinese characters: 十二, 二十."""
    tens, ones = divmod(number, 10)
    return f"{_DIGITS[tens] if tens > 1 else ''}{'十' if tens else ''}{_DIGITS[ones]}"


@cache
def longest_word() -> int:
    """Return the length of the longest known word of Chinese company names."""
    return max(map(len, han_words()))


@cache
def short_forms() -> dict[str, str]:
    """Return long Chinese names of offices and groups, and their short forms."""
    return dict(line.split() for line in read_lines("short_forms.txt"))


@cache
def latin_short_forms() -> dict[str, tuple[str, ...]]:
    """Return short forms of one to four words, and the words that they stand for: amcham."""
    rows = (line.split(" = ") for line in read_lines("latin_short_forms.txt"))
    return {short: tuple(long.split()) for short, long in rows}


@cache
def place_words() -> frozenset[str]:
    """Return the English names of Chinese places that are one word."""
    return frozenset(form[0] for word in han_words().values() if word.is_place for form in word.english if not form[1:])


@cache
def company_words() -> frozenset[str]:
    """Return the names of companies in Latin letters that are one word: byd."""
    return frozenset(
        form[0] for word in han_words().values() if word.is_company for form in word.english if not form[1:]
    )


def word_weight(word: str) -> float:
    """Return how much a Latin word distinguishes: descriptive ones less, numbers as much as names."""
    return DESCRIPTIVE_WEIGHT if word in generic_words() else 1.0
