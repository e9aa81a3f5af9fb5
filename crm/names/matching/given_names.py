"""Given names in Latin letters: which are names of their own, and short and foreign forms of one name."""

from __future__ import annotations

from functools import cache

from .data_files import read_words


@cache
def _groups() -> dict[str, frozenset[int]]:
    groups: dict[str, set[int]] = {}
    for number, names in enumerate(read_words("nicknames.txt")):
        for name in names:
            groups.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in groups.items()}


@cache
def _full_forms() -> dict[int, str]:
    return {number: names[0] for number, names in enumerate(read_words("nicknames.txt"))}


@cache
def _given_names() -> frozenset[str]:
    return frozenset(name for names in read_words("given_latin.txt") for name in names) | _groups().keys()


def is_given_name(word: str) -> bool:
    """Whether a folded word is a usual English, German or Spanish given name."""
    return word in _given_names()


def is_short_form(a: str, b: str) -> bool:
    """Whether two given names are forms of one name: Bob and Robert."""
    return not _groups().get(a, frozenset()).isdisjoint(_groups().get(b, frozenset()))


def first_form(name: str) -> str:
    """Return the full form of a given name: bob -> robert; the name itself if it has none or several."""
    numbers = _groups().get(name, frozenset())
    return _full_forms()[next(iter(numbers))] if len(numbers) == 1 else name
