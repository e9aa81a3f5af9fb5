"""The place of a project: a city of the shipped list, or a country."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from babel.core import Locale

from crm.core.deadline import check_time
from crm.reference.cities import load_cities

from .text import Paragraph

MAX_WORDS, MAX_HAN = 4, 7
_NOT_NAMED = frozenset({"US", "CN", "EU", "EZ", "UN", "ZZ", "XA", "XB", "QO", "JE"})
"""Countries that emails of posts in China mention without a project there, and codes that are none."""
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ÿ]['’A-Za-zÀ-ÿ-]{0,30}")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_POST_BEFORE = re.compile(
    r"(?:consulate(?: general)?|embassy|ait|office|chamber)(?:,| in| of)?\s*$|驻(?:华)?$", re.IGNORECASE
)
_POST_AFTER = re.compile(r"\s*(?:consulate|embassy|office|chamber)|(?:总)?领|大使馆|办事处|商会|商务处", re.IGNORECASE)
_AT = re.compile(
    r"(?:\b(?:in|at|near|outside|of|for|to)\s+(?:the\s+)?|,\s*)$|(?:在|位于|于|落户)[\u3400-\u9fff]{0,6}$",
    re.IGNORECASE,
)


class Place(NamedTuple):
    """A city (empty: only a country) with the ISO code of its country."""

    city: str
    country: str


class Mention(NamedTuple):
    """A place in a paragraph; `is_located`: a word such as "in" stands before it."""

    place: Place
    start: int
    end: int
    is_located: bool


@cache
def _places() -> dict[str, Place]:
    """Return the places by folded name in English and simplified characters."""
    places: dict[str, Place] = {}
    for locale in ("zh_Hans", "en"):
        for code, name in Locale.parse(locale).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _NOT_NAMED:
                places.setdefault(name.casefold(), Place("", code))
    places |= {name: Place(city.name, city.country) for name, city in load_cities().items()}
    return places | {name: Place("", code) for name, code in (("viet nam", "VN"), ("uae", "AE"), ("burma", "MM"))}


def find_places(plain: str) -> list[Mention]:
    """Return the places of a text in order, without those in the names of consulates and offices."""
    check_time()
    mentions = [m for m in (*_latin(plain), *_han(plain)) if not _is_post(plain, m)]
    return sorted(mentions, key=lambda mention: mention.start)


def _mention(plain: str, place: Place, start: int, end: int) -> Mention:
    return Mention(place, start, end, bool(_AT.search(plain[max(0, start - 20) : start])))


def _latin(plain: str) -> list[Mention]:
    words = list(_LATIN_WORD.finditer(plain))
    mentions: list[Mention] = []
    for index, first in enumerate(words):
        if not first.group()[0].isupper() or (mentions and first.start() < mentions[-1].end):
            continue
        for count in range(MAX_WORDS, 0, -1):
            last = words[min(index + count, len(words)) - 1]
            name = plain[first.start() : last.end()].replace("’", "'").casefold()
            if place := _places().get(name):
                mentions.append(_mention(plain, place, first.start(), last.end()))
                break
    return mentions


def _han(plain: str) -> list[Mention]:
    mentions: list[Mention] = []
    for run in _HAN_RUN.finditer(plain):
        start = run.start()
        while start < run.end() - 1:
            end = next((start + n for n in range(MAX_HAN, 1, -1) if plain[start : start + n] in _places()), 0)
            if end:
                mentions.append(_mention(plain, _places()[plain[start:end]], start, end))
            start = max(end, start + 1)
    return mentions


def _is_post(plain: str, mention: Mention) -> bool:
    before, after = plain[max(0, mention.start - 25) : mention.start], plain[mention.end : mention.end + 12]
    return bool(_POST_BEFORE.search(before) or _POST_AFTER.match(after))


def find_place(labeled: Paragraph | None, title: Paragraph, body: list[Paragraph], organizations: list[str]) -> Place:
    """Return the place of a labeled line, else of the title of the project, else of the text.

    Places in the names of `organizations` don't count. In the text a city that the email locates something in comes
    before others; a country counts only in this way.
    """
    for paragraph in [labeled] if labeled is not None else [title]:
        if place := _find_best_place([m.place for m in find_places(paragraph.plain)]):
            return place
    mentions = [m for p in body for m in find_places(p.plain) if not _is_in_name(p.text, m, organizations)]
    located = [m.place for m in mentions if m.is_located]
    return _find_best_place(located) or _find_best_place([m.place for m in mentions if m.place.city]) or Place("", "")


def _find_best_place(places: list[Place]) -> Place | None:
    """Return the first city, else the first country."""
    return next((place for place in places if place.city), places[0] if places else None)


def _is_in_name(text: str, mention: Mention, organizations: list[str]) -> bool:
    for name in filter(None, organizations):
        start = text.find(name)
        while start >= 0:
            if start <= mention.start and mention.end <= start + len(name):
                return True
            start = text.find(name, start + 1)
    return False
