"""Whether two names can belong to one person, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from .chinese import (
    compare_character_spelling,
    compare_characters,
    compare_spellings,
    share_romanization,
)
from .initials import compare_spelled_initials, compare_word_initials
from .parts import NameParts, PersonName, prepare_name
from .reasons import ReasonKind
from .scoring import NO_MATCH, Match
from .transcription import compare_consonants, compare_transcription
from .vietnamese import are_vietnamese, have_other_marks
from .western import compare_word_lists

_SECOND_NAME = re.compile(r" ?[(（](?P<name>[^\W\d_][\w'’-]+(?: [\w'’.-]+)+)[)）]$")
_DIFFERENT, _SAME = 0.5, 0.95
"""The highest score of names with different characters; the lowest of words that are the same."""


@lru_cache(maxsize=16_384)
def match_people(a: PersonName | str, b: PersonName | str) -> Match:
    """Compare two names of people; texts may have both scripts ("董建华 Tung Chee-hwa") and any order."""
    first, second = _list_names(a), _list_names(b)
    if len(first) == len(second) > 1:
        orders = (second, second[::-1])
        return max((_compare_each(first, order) for order in orders), key=_score)
    return max((_compare_names(one, other) for one in first for other in second), key=_score)


def _compare_each(first: Iterable[PersonName | str], second: Iterable[PersonName | str]) -> Match:
    """Return the worst match of names compared one by one."""
    return min((_compare_names(one, other) for one, other in zip(first, second, strict=True)), key=_score)


def _list_names(name: PersonName | str) -> tuple[PersonName | str, ...]:
    """Return a name, or both if its text has a second one in parentheses: Michael Chen (Chen Zhiqiang)."""
    second = _SECOND_NAME.search(name) if isinstance(name, str) else None
    return (name,) if second is None else (second.string[: second.start()], second["name"])


def _compare_names(a: PersonName | str, b: PersonName | str) -> Match:
    one, other = prepare_name(a), prepare_name(b)
    if one.native and other.native:
        characters = compare_characters(one, other)
        if characters.score >= _DIFFERENT or not (one.words and other.words):
            return characters
        return min(_compare_latin(one, other), Match(_DIFFERENT, characters.reasons), key=_score)
    candidates = [_compare_latin(one, other)]
    if one.native:
        candidates += [compare_character_spelling(one, other), compare_transcription(one, other)]
    if other.native:
        candidates += [compare_character_spelling(other, one), compare_transcription(other, one)]
    return max(candidates, key=_score)


def match_likely_people(a: PersonName | str, b: PersonName | str) -> Match:
    """Compare two names as `match_people`, but return NO_MATCH for a score below LIKELY, which is faster."""
    one, other = prepare_name(a), prepare_name(b)
    # The Latin words of names with different characters could only lower the score.
    match = compare_characters(one, other) if one.native and other.native else match_people(a, b)
    return match if match.is_likely else NO_MATCH


def _score(match: Match) -> float:
    return match.score


def _compare_latin(a: NameParts, b: NameParts) -> Match:
    if not (a.words and b.words):
        return NO_MATCH
    if have_other_marks(a.latin, b.latin):
        return Match(_DIFFERENT).add_reason(ReasonKind.TYPO, a.latin, b.latin)
    if (a.family_words or b.family_words) and sorted(a.words) == sorted(b.words):
        # The parts of one are known, so its order says nothing.
        return Match(1.0).add_reason(ReasonKind.SAME_NAME)
    may_differ = not share_romanization(a, b) and not are_vietnamese(a.latin, b.latin)
    words = compare_word_lists(a.words, b.words, (a.latin, b.latin), may_differ=may_differ)
    if bool(a.family_words) != bool(b.family_words):
        words = Match(words.score, tuple(reason for reason in words.reasons if reason.kind is not ReasonKind.REVERSED))
    if words.score >= _SAME:
        return words
    further = (compare_spelled_initials, compare_word_initials, compare_consonants)
    matches = (compare(*names) for compare in further for names in ((a, b), (b, a)))
    return max(compare_spellings(a, b), words, *matches, key=_score)
