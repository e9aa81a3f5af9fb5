"""A need or product with its words, extracted once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from crm.matching.scoring.fields_of_work import find_fields
from crm.matching.scoring.profiles import NeedProfile, ProductProfile
from crm.matching.scoring.reasons import MatchReason
from crm.matching.scoring.texts import (
    WeightedWords,
    Words,
    extract_words,
    split_name,
    texts_of,
)
from crm.matching.scoring.word_lists import weigh

_DESCRIPTION_STRENGTH = 0.75
_PURPOSE_STRENGTH = 0.5
_MODIFIER_STRENGTH = 0.9
_LEAST_GOAL_WEIGHT = 0.5


StrongWords = tuple[tuple[str, ...], tuple[float, ...]]
"""Words and their strengths."""
NameWords = tuple[WeightedWords, float]
"""The words of a thing with their weights, and the sum of the weights."""


@dataclass(frozen=True, slots=True)
class PreparedProfile:
    """A need or product with its words.

    `names` are the words of the name in each language with their weights, `words` all words, `name_words` those of the
    name, `fields` the fields of work, `goals` the words of the client's goals that say enough. `strengths` says how
    strongly a word describes it: 1 in a name, less elsewhere; `described` also how it is written.
    """

    profile: Any
    names: tuple[NameWords, ...]
    words: Words
    word_set: frozenset[str]
    name_words: Words
    strengths: dict[str, float]
    fields: dict[str, str]
    goals: Words
    described: dict[str, tuple[float, str]]
    common: dict[frozenset[str], StrongWords] = field(default_factory=dict, compare=False)
    """The words that a need has in common with products, with its strengths: matches take a quarter longer without."""
    covers: dict[StrongWords, float] = field(default_factory=dict, compare=False)
    """How much of the name of a product the words of needs cover: a tenth longer without."""
    word_reasons: dict[Any, tuple[MatchReason, ...]] = field(default_factory=dict, compare=False)
    """Reasons of a need for words in common, by what they depend on of the other side."""
    keys: dict[str, int] = field(default_factory=dict, compare=False)
    """The index keys, filled by `keys`."""


@lru_cache(maxsize=512)
def prepare(profile: NeedProfile | ProductProfile) -> PreparedProfile:
    """Extract the words of a need or product."""
    name, native_name, description = texts_of(profile)
    parts = [split_name(text) for text in (name, native_name) if text]
    names = tuple((words, sum(words.values())) for part in parts for words in part.weighted)
    words = extract_words(native_name) | extract_words(name)
    strengths = dict.fromkeys(words, _PURPOSE_STRENGTH)
    strengths |= dict.fromkeys(extract_words(description), _DESCRIPTION_STRENGTH)
    for part in parts:
        strengths |= dict.fromkeys(part.things, _MODIFIER_STRENGTH)
    for part in parts:
        strengths |= dict.fromkeys(part.nouns, 1.0)
    all_words = extract_words(description) | words
    goals = extract_words(profile.goals) if isinstance(profile, ProductProfile) else {}
    goals = {word: text for word, text in goals.items() if weigh(word) >= _LEAST_GOAL_WEIGHT}
    return PreparedProfile(
        profile=profile,
        names=names,
        words=all_words,
        word_set=frozenset(all_words),
        name_words=words,
        strengths=strengths,
        fields=find_fields(all_words),
        goals=goals,
        described={word: (strengths[word], text) for word, text in all_words.items()},
    )
