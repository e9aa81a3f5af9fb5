"""Texts as words: English stems, Chinese terms through the glossary, other Chinese text as pairs of characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from crm.matching.scoring.profiles import NeedProfile, ProductProfile
from crm.matching.scoring.word_lists import COMMON_WEIGHT, load_common_words, load_glossary, split_latin, stem, weigh
from crm.names.folding import is_latin, split_words

Words = dict[str, str]
"""The words of a text: what is compared, and how it was written."""
WeightedWords = dict[str, float]


@lru_cache(maxsize=4096)
def _extract(text: str) -> tuple[tuple[str, str], ...]:
    words: Words = {}
    latin: list[str] = []
    for run in split_words(text):
        if is_latin(run):
            latin += split_latin(run)
        else:
            _add_latin(latin, words)
            latin = []
            for word, written in _split_run(run):
                words.setdefault(word, written)
    _add_latin(latin, words)
    return tuple(words.items())


def extract_words(text: str | None) -> Words:
    """Return the words of a text in the order of their first use."""
    return dict(_extract(text)) if text else {}


_PURPOSE = re.compile(r"\b(?:along|at|for|from|in|on|under|using|with|without)\b", re.IGNORECASE)
_AND = re.compile(
    r"\b(?:and|or)\b|(?<!\d),|[;/&+、，；]|(?<=[\u4e00-\u9fff]{2})[与和及或](?=[\u4e00-\u9fff]{2})", re.IGNORECASE
)
_PURPOSE_FACTOR = 0.4
_NOUN_FACTOR = 1.5
"""A word on the purpose ("for a dairy") describes a thing less than its name."""


def _split_purpose(text: str) -> tuple[str, str]:
    """Split a name such as "Heat exchangers for a dairy" into thing and purpose; "" without purpose."""
    match = _PURPOSE.search(text)
    return (text[: match.start()], text[match.end() :]) if match and match.start() else (text, "")


def _split_things(text: str) -> list[str]:
    """Return the things of a name without its purpose: "valves" and "pumps" of "Valves and pumps"."""
    return [part for part in _AND.split(text) if _extract(part)]


class SplitName(NamedTuple):
    """The words of a name: with their weights, as a whole and of each thing; of all things; and the nouns."""

    weighted: tuple[WeightedWords, ...]
    things: tuple[str, ...]
    nouns: tuple[str, ...]


@lru_cache(maxsize=4096)
def split_name(text: str) -> SplitName:
    """Return the words of a name with their weights: as a whole, and of each thing if it names several.

    "Valves and pumps for a dairy" is as a whole valves, pumps, dairy, and as two things valves, dairy and pumps, dairy;
    what follows "for" counts less.
    """
    things, purpose = _split_purpose(text)
    context = {word: _PURPOSE_FACTOR * weigh(word) for word in extract_words(purpose)}
    parts = _split_things(things)
    texts = [things, *(parts if len(parts) > 1 else ())]
    weighted = tuple(context | _weigh_name(part) for part in texts)
    nouns = tuple(noun for part in parts for noun in _find_noun(part))
    return SplitName(tuple(filter(None, weighted)), tuple(extract_words(things)), nouns)


_OF = re.compile(r"\bof\b", re.IGNORECASE)


def _weigh_name(text: str) -> WeightedWords:
    """Return the weighted words of a name; its noun, the last word or the one before "of", counts more."""
    words = {word: weigh(word) for word in extract_words(text)}
    return words | {word: _NOUN_FACTOR * words[word] for word in _find_noun(text)}


def _find_noun(text: str) -> list[str]:
    """Return the word that names the thing, in a list: the last one that says enough, or the last one before "of"."""
    words = extract_words(_OF.split(text, maxsplit=1)[0])
    return [word for word in words if weigh(word) > COMMON_WEIGHT][-1:]


@cache
def _longest() -> tuple[dict[str, int], dict[str, int]]:
    """Return the longest lengths: of English terms by first stem, of Chinese ones by first character."""
    english, chinese = load_glossary()
    stems: dict[str, int] = {}
    chars: dict[str, int] = {}
    for form in english:
        stems[form[0]] = max(stems.get(form[0], 0), len(form))
    for term in (*chinese, *load_common_words("=")):
        chars[term[0]] = max(chars.get(term[0], 0), len(term))
    return stems, chars


def _add_latin(latin: list[str], words: Words) -> None:
    """Add English words; a term of the glossary counts as its leading form."""
    english = load_glossary()[0]
    latin = [word for word in latin if stem(word) not in load_common_words("-")]
    stems = [stem(word) for word in latin]
    longest = _longest()[0]
    start = 0
    while start < len(stems):
        for size in range(min(longest.get(stems[start], 1), len(stems) - start), 0, -1):
            term = english.get(tuple(stems[start : start + size]))
            if term or size == 1:
                written = " ".join(latin[start : start + size])
                _add_term(term or (stems[start],), written, latin[start : start + size], words)
                start += size
                break


def _add_term(term: tuple[str, ...], written: str, forms: list[str], words: Words) -> None:
    own_stems = {stem(form): form for form in forms}
    for word in term:
        if len(word) > 1:
            words.setdefault(word, own_stems.get(word, written))


def _split_run(run: str) -> Iterator[tuple[str, str]]:
    """Yield the words of a run of Chinese: the longest terms of the glossary, the rest as pairs of characters."""
    chinese, common = load_glossary()[1], load_common_words("=")
    longest = _longest()[1]
    rest, start = "", 0
    while start < len(run):
        term = next(
            (
                run[start : start + size]
                for size in range(min(longest.get(run[start], 0), len(run) - start), 0, -1)
                if run[start : start + size] in chinese or run[start : start + size] in common
            ),
            None,
        )
        if term is None:
            rest, start = rest + run[start], start + 1
            continue
        yield from _pairs(rest)
        rest, start = "", start + len(term)
        yield from ((word, term) for word in chinese.get(term, ()))
    yield from _pairs(rest)


def _pairs(run: str) -> Iterator[tuple[str, str]]:
    for start in range(len(run) - 1):
        yield run[start : start + 2], run[start : start + 2]


def texts_of(profile: NeedProfile | ProductProfile) -> tuple[str | None, ...]:
    """Return the texts that describe a need or product."""
    if isinstance(profile, NeedProfile):
        return profile.title, profile.native_title, profile.spec
    return profile.name, profile.native_name, profile.description
