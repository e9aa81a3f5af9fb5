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
    find_noun,
    split_name,
    split_purpose,
    split_things,
    texts_of,
)
from crm.matching.scoring.word_lists import weigh

_DESCRIPTION_STRENGTH = 0.75
_PURPOSE_STRENGTH = 0.5
_MODIFIER_STRENGTH = 0.9
_LEAST_GOAL_WEIGHT = 0.5


NameWords = tuple[WeightedWords, float]
"""The words of a thing with their weights, and the sum of the weights."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A need or product with its words.

    `names` are the words of the name in each language with their weights, `words` all words, `name_words` those of the
    name, `fields` the fields of work, `goals` the words of the client's goals that say enough. `strengths` says how
    strongly a word describes it: 1 in a name, less elsewhere.
    """

    profile: Any
    names: tuple[NameWords, ...]
    words: Words
    word_set: frozenset[str]
    name_words: Words
    strengths: dict[str, float]
    fields: dict[str, str]
    goals: Words
    covers: dict[tuple[tuple[str, ...], tuple[float, ...]], float] = field(default_factory=dict, compare=False)
    """How much of the name some words cover, by words and strengths: many pairs share the same ones."""
    word_points: dict[Any, int] = field(default_factory=dict, compare=False)
    """Points of a need for words in common, by words, their strengths on the other side, and the cover of its name."""
    reasons: dict[Any, MatchReason] = field(default_factory=dict, compare=False)
    """Reasons of a need for words and fields in common, by what they depend on of the other side."""
    keys: dict[str, int] = field(default_factory=dict, compare=False)
    """The index keys, filled by `keys`."""


@lru_cache(maxsize=512)
def prepare(profile: NeedProfile | ProductProfile) -> Prepared:
    """Extract the words of a need or product."""
    name, native_name, description = texts_of(profile)
    split_names = (words for text in (name, native_name) if text for words in split_name(text) if words)
    names = tuple((words, sum(words.values())) for words in split_names)
    words = extract_words(native_name) | extract_words(name)
    things = [word for text in (name, native_name) if text for word in extract_words(split_purpose(text)[0])]
    nouns = [word for text in (name, native_name) if text for part in split_things(text) for word in find_noun(part)]
    strengths = dict.fromkeys(words, _PURPOSE_STRENGTH)
    strengths |= dict.fromkeys(extract_words(description), _DESCRIPTION_STRENGTH) | dict.fromkeys(
        things, _MODIFIER_STRENGTH
    )
    strengths |= dict.fromkeys(nouns, 1.0)
    all_words = extract_words(description) | words
    goals = extract_words(profile.goals) if isinstance(profile, ProductProfile) else {}
    goals = {word: text for word, text in goals.items() if weigh(word) >= _LEAST_GOAL_WEIGHT}
    return Prepared(profile, names, all_words, frozenset(all_words), words, strengths, find_fields(all_words), goals)
