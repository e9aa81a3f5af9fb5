"""Names of organizations as the matcher compares them: legal form, distinctive words, descriptive words, places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from crm.names.folding import HAN, fold, has_han, simplify_char

from .data_files import read_lines

_WORD = re.compile(r"[a-z0-9]+")
_INITIALS = re.compile(r"\b(?:[a-z0-9]\.){2,}[a-z0-9]?|\b[a-z0-9](?:\.[a-z0-9])+\b")
_HAN_FORMS = re.compile(
    r"股份有限责任公司|有限责任公司|责任有限公司|股份有限公司|股份公司|有限公司|总公司|分公司|有限合伙|合伙企业|公司$|株式会社|企业$"
)
_UNITED_STATES = re.compile(r"\bunited states(?: of america)?\b|\busa\b")
# 深圳市大疆 is also written 深圳大疆.
_PLACE_LEVEL = re.compile(r"^(..)[市省](?=..)")
_NUMBER_WORDS = (
    "zero",
    "one first 1st",
    "two second 2nd ii",
    "three third 3rd iii",
    "four fourth 4th iv",
    "five fifth 5th",
    "six sixth",
    "seven seventh",
    "eight eighth",
    "nine ninth",
    "ten tenth",
)
_NUMBERS = {word: str(number) for number, words in enumerate(_NUMBER_WORDS) for word in words.split()}
DESCRIPTIVE_WEIGHT = 0.35
ACRONYM_LENGTHS = range(3, 7)
"""The number of letters that an abbreviation can have."""
_LINE_OF_JOINING = ("and", "the")


class OrganizationName(NamedTuple):
    """The names of an organization; `aliases` are further names in any script."""

    name: str = ""
    native_name: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All names, each once."""
        return tuple(dict.fromkeys(filter(None, (self.name, self.native_name, *self.aliases))))


class HanWord(NamedTuple):
    """A part of a Chinese company name; without `english` it is a name that is spelled by its sound."""

    text: str
    english: tuple[tuple[str, ...], ...] = ()
    is_descriptive: bool = False
    is_place: bool = False


class OrganizationParts(NamedTuple):
    """A prepared name: Latin words without the legal form, or the parts of a Chinese name.

    `joined` are the words as one, with those without meaning of their own: vanderbilt for Van der Bilt Corp.
    """

    text: str
    words: tuple[str, ...]
    legal_form: str
    han: tuple[HanWord, ...]
    joined: str = ""

    @property
    def core(self) -> str:
        """The distinctive characters of a Chinese name."""
        return "".join(word.text for word in self.han if not word.is_descriptive)


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
def _legal_forms() -> dict[str, list[tuple[str, ...]]]:
    forms: dict[str, list[tuple[str, ...]]] = {}
    for line in read_lines("legal_forms.txt"):
        words = tuple(line.split())
        forms.setdefault(words[-1], []).append(words)
    for options in forms.values():
        options.sort(key=len, reverse=True)
    return forms


@cache
def _leading_forms() -> dict[str, list[tuple[str, ...]]]:
    # A form of one letter pair at the beginning is rather a name: AG Neovo, SA Recycling.
    leading = ["ooo", "oao", "zao", "pao", "ao", "jsc", "ojsc", "cjsc", "pjsc", "pt", "srl", "sarl", "spa"]
    leading += ["llp", "tov", "mchj", "osoo", "uab"]
    forms: dict[str, list[tuple[str, ...]]] = {}
    for options in _legal_forms().values():
        for words in options:
            if len(words) > 2 or words[0] in leading or words == ("limited", "liability", "company"):
                forms.setdefault(words[0], []).append(words)
    for options in forms.values():
        options.sort(key=len, reverse=True)
    return forms


@cache
def han_words() -> dict[str, HanWord]:
    """Return the known words of Chinese company names."""
    words = {}
    for line in read_lines("company_words.txt"):
        text, english = line.split(maxsplit=1)
        forms = tuple(tuple(form.split()) for form in english.lstrip("*+").split("/"))
        words[text] = HanWord(text, forms, english.startswith("*"), english.startswith("+"))
    return words


@cache
def short_forms() -> dict[str, str]:
    """Return long Chinese names of offices and groups, and their short forms."""
    return dict(line.split() for line in read_lines("short_forms.txt"))


@cache
def place_words() -> frozenset[str]:
    """Return the English names of Chinese places that are one word."""
    return frozenset(form[0] for word in han_words().values() if word.is_place for form in word.english if not form[1:])


@cache
def _longest_word() -> int:
    return max(map(len, han_words()))


@lru_cache(maxsize=16_384)
def prepare_organization(text: str) -> OrganizationParts:
    """Return the parts of an organization's name in one script."""
    if has_han(text):
        han = "".join(simplify_char(char) for char in text if re.match(f"[{HAN}0-9A-Za-z]", char))
        form = next(iter(_HAN_FORMS.findall(han)), "")
        bare = _PLACE_LEVEL.sub(r"\1", _HAN_FORMS.sub("", han)) or han
        return OrganizationParts(text, (), form, tuple(_split_han(bare)))
    folded = fold(text.replace("’", "'")).replace("'s ", "s ").replace("'", "").replace("&", " and ")
    folded = _INITIALS.sub(lambda match: match.group().replace(".", ""), folded)
    folded = _UNITED_STATES.sub("us", folded)
    words = [_NUMBERS.get(word, word) for word in _WORD.findall(folded)]
    bare_words, form = _without_forms(words)
    content = [word for word in bare_words if word not in joining_words()] or bare_words
    return OrganizationParts(text, tuple(content), form, (), "".join(bare_words))


def _without_forms(words: list[str]) -> tuple[list[str], str]:
    forms: list[str] = []
    rest = list(words)
    while len(rest) > 1:
        form = next(
            (f for f in _legal_forms().get(rest[-1], ()) if tuple(rest[-len(f) :]) == f and len(f) < len(rest)), None
        )
        if form is None:
            break
        rest = rest[: -len(form)]
        forms.append("".join(form))
    form = (
        next((f for f in _leading_forms().get(rest[0], ()) if tuple(rest[: len(f)]) == f and len(f) < len(rest)), None)
        if rest
        else None
    )
    if form is not None:
        rest = rest[len(form) :]
        forms.append("".join(form))
    return rest, " ".join(forms)


def _split_han(text: str) -> Iterator[HanWord]:
    words = han_words()
    start = name_start = 0
    while start < len(text):
        for size in range(min(_longest_word(), len(text) - start), 0, -1):
            word = words.get(text[start : start + size])
            # A name of one or two characters before the first descriptive word is never a word itself.
            if word is not None and (size > 1 or start + size == len(text)):
                if name_start < start:
                    yield HanWord(text[name_start:start])
                yield word
                start += size
                name_start = start
                break
        else:
            start += 1
    if name_start < len(text):
        yield HanWord(text[name_start:])


def word_weight(word: str) -> float:
    """Return how much a Latin word distinguishes: descriptive ones less, numbers as much as names."""
    return DESCRIPTIVE_WEIGHT if word in generic_words() else 1.0
