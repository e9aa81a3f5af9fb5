"""Spellings of one Chinese syllable in the romanizations other than pinyin: Taiwan (Wade-Giles) and Hong Kong."""

from __future__ import annotations

import re
from functools import cache
from itertools import product

from .data_files import read_words

_PINYIN = re.compile(r"([zcs]h|[bpmfdtnlgkhjqxrzcsyw]?)(.*)")
_JYUTPING = re.compile(r"(gw|kw|ng|[bpmfdtnlgkwhzcsj])?(.*)")
_O_AFTER = frozenset(["zh", "ch", "sh", "r", "d", "t", "n", "l", "z", "c", "s"])
"""Pinyin initials after which Wade-Giles writes -uo as -o."""
_NONE = "_"


@cache
def _rules() -> dict[str, dict[str, list[str]]]:
    rules: dict[str, dict[str, list[str]]] = {}
    for kind, sound, *spellings in read_words("romanizations.txt"):
        rules.setdefault(kind, {})[sound] = spellings
    return rules


def _join(initials: list[str], finals: list[str]) -> tuple[str, ...]:
    pairs = product(initials, finals)
    return tuple(dict.fromkeys((initial + final).replace(_NONE, "") for initial, final in pairs))


@cache
def taiwan_spellings(syllable: str) -> tuple[str, ...]:
    """Return the spellings of a pinyin syllable in Taiwan, the one of Wade-Giles first."""
    rules = _rules()
    if syllable in rules["taiwan-syllable"]:
        return tuple(rules["taiwan-syllable"][syllable])
    match = _PINYIN.fullmatch(syllable)
    initial, final = match.groups() if match else ("", syllable)
    finals = ["o", "uo"] if final == "uo" and initial in _O_AFTER else rules["taiwan-final"].get(final, [final])
    return _join(rules["taiwan-initial"].get(initial, [initial]), finals)


def hong_kong_spellings(jyutping: str) -> tuple[str, ...]:
    """Return the spellings of a Cantonese syllable (jyutping without tone) in Hong Kong."""
    rules = _rules()
    if jyutping in rules["hong-kong-syllable"]:
        return tuple(rules["hong-kong-syllable"][jyutping])
    match = _JYUTPING.fullmatch(jyutping)
    initial, final = match.groups() if match and match.group(2) else (None, jyutping)
    finals = rules["hong-kong-final"].get(final, [final])
    if initial == "j" and final.startswith("i"):
        return _join(["y"], finals)
    return _join(rules["hong-kong-initial"].get(initial or _NONE, [initial or _NONE]), finals)
