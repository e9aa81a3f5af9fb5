"""Comparison of a Chinese organization name with a Latin one: known words by their English form, others by sound."""

from __future__ import annotations

from functools import lru_cache

from crm.names.pinyin import syllables

from .organization_parts import OrganizationParts
from .organization_words import HanWord, generic_words, han_words, word_weight
from .reasons import ReasonKind
from .scoring import NO_MATCH, Match
from .sounds import character_spellings

_TRANSLATED, _CONFLICT = 0.9, 0.8
_JOINING = frozenset(["驻"])
"""Words without an English form of their own: 美国驻上海总领事馆."""
_DECISIVE = frozenset(["bank", "construction"])
"""Descriptive words that make a group another one: China Merchants isn't China Merchants Bank."""
_GROUP, _MISSING_GROUP, _MISSING = "集团", 0.1, 0.25
"""English names often omit it, and other descriptive words: 阿里巴巴集团 is Alibaba, 中兴通讯 ZTE."""


def compare_translated(a: OrganizationParts, b: OrganizationParts) -> Match:
    """Compare a Chinese name with a Latin one: known words by their English form, the second by their sound."""
    rest = list(b.words)
    hit = missed = 0.0
    names = 0
    missing = _MISSING_GROUP if any(word.is_company for word in a.han) else _MISSING
    for word in a.han:
        if word.text in _JOINING:
            continue
        used = _find_english(word, rest) if word.english else _find_sound(word.text, rest)
        weight = 0.35 if word.is_descriptive or word.is_place else 1.0
        if used:
            hit += weight
            names += not (word.is_descriptive or word.is_place)
            rest = _take_out(rest, used)
        elif word.text == _GROUP:
            missed += _MISSING_GROUP
        else:
            missed += missing if weight < 1 else weight
    if not names and (missed > _MISSING_GROUP or rest):
        return NO_MATCH
    unmatched = sum(1.0 if word in _DECISIVE else word_weight(word) for word in rest)
    score = _TRANSLATED * hit / (hit + missed + unmatched * 0.8)
    if missed >= 1 or any(word in _DECISIVE or word_weight(word) == 1 for word in rest):
        score *= _CONFLICT
    return Match(score).add_reason(ReasonKind.TRANSLATED, a.text, b.text)


def _find_english(word: HanWord, rest: list[str]) -> list[str]:
    """Return the words that a known word stands for; of a company all its forms: CCCC China Communications ..."""
    used = _find_form(word, rest)
    while word.is_company and used and (more := _find_form(word, _take_out(rest, used))):
        used = [*used, *more]
    return used or _find_sound(word.text, rest)


def _find_form(word: HanWord, rest: list[str]) -> list[str]:
    for form in word.english:
        if used := _take(form, rest):
            return used
        joined = "".join(form)
        if joined in rest:
            return [joined]
    return []


def _take(form: tuple[str, ...], rest: list[str]) -> list[str]:
    """Return a word for each word of a form, each once; [] if one is missing."""
    used: list[str] = []
    for part in form:
        usual = generic_words().get(part, part)
        word = next((each for each in _take_out(rest, used) if generic_words().get(each, each) == usual), None)
        if word is None:
            return []
        used.append(word)
    return used


def _take_out(words: list[str], used: list[str]) -> list[str]:
    """Return words without those used, each of which is taken out once."""
    remaining = list(words)
    for word in used:
        remaining.remove(word)
    return remaining


def _find_sound(text: str, rest: list[str]) -> list[str]:
    """Return the words that spell a name by its sound; a last character such as 港 or 厂 may be translated."""
    if text.lower() in rest:
        return [text.lower()]  # TCL集团
    used = _find_spelled(text, rest)
    last = han_words().get(text[-1:])
    if used or last is None or len(text) < 3:
        return used
    name = _find_spelled(text[:-1], rest)
    end = _find_english(last, _take_out(rest, name)) if name else []
    return [*name, *end] if end else []


def _find_spelled(text: str, rest: list[str]) -> list[str]:
    for start in range(len(rest)):
        for size in range(1, min(3, len(rest) - start) + 1):
            if _spells(text, "".join(rest[start : start + size])):
                return rest[start : start + size]
    return []


@lru_cache(maxsize=8192)
def _spells(text: str, word: str) -> bool:
    if not text:
        return not word
    if len(text) > 6:
        return False
    if "".join(syllables(text)).replace("ü", "v") == word:
        return True
    return any(
        word.startswith(spelling) and _spells(text[1:], word[len(spelling) :])
        for spelling in character_spellings(text[0])
    )
