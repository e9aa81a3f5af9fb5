"""Whether two names can belong to one organization, and why."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA

from crm.names.pinyin import syllables

from .organization_parts import (
    ACRONYM_LENGTHS,
    HanWord,
    OrganizationName,
    OrganizationParts,
    generic_words,
    han_words,
    prepare_organization,
    word_weight,
)
from .reasons import Reason, ReasonKind
from .scoring import NO_MATCH, Match
from .sounds import character_spellings
from .western import sound_of

_LEGAL_FORM, _SPACING, _TYPO = 0.98, 0.96, 0.12
_CONFLICT, _ACRONYM, _TRANSLATED = 0.8, 0.74, 0.9
_NUMBER = 0.75
_GROUP, _MISSING_GROUP, _MISSING = "集团", 0.1, 0.25
"""English names often omit it, and other descriptive words: 阿里巴巴集团 is Alibaba, 中兴通讯 ZTE."""


@lru_cache(maxsize=16_384)
def match_organizations(a: OrganizationName | str, b: OrganizationName | str) -> Match:
    """Compare two organizations: the best of their names and other names, in any script."""
    first = (a,) if isinstance(a, str) else a.texts
    second = (b,) if isinstance(b, str) else b.texts
    best = NO_MATCH
    for one in first:
        for other in second:
            match = _compare(prepare_organization(one), prepare_organization(other))
            best = max(best, match, key=lambda match: match.score)
    return best


def _compare(a: OrganizationParts, b: OrganizationParts) -> Match:
    if a.text.casefold() == b.text.casefold():
        return Match(1.0).because(ReasonKind.SAME_NAME)
    if a.han and b.han:
        return _compare_han(a, b)
    if a.han or b.han:
        return _compare_translated(a, b) if a.han else _compare_translated(b, a)
    return max(_compare_words(a, b), _compare_acronym(a, b), _compare_acronym(b, a), key=lambda match: match.score)


def _compare_han(a: OrganizationParts, b: OrganizationParts) -> Match:
    one, other = "".join(w.text for w in a.han), "".join(w.text for w in b.han)
    if one == other:
        kind = ReasonKind.SAME_CHARACTERS if a.legal_form == b.legal_form else ReasonKind.LEGAL_FORM
        return Match(0.98).because(kind, a.text)
    words_a, words_b = [w.text for w in a.han], [w.text for w in b.han]
    if sorted(words_a) == sorted(words_b):
        return Match(0.93).because(ReasonKind.WORD_ORDER)
    names_a, names_b = _names(a.han), _names(b.han)
    if not names_a or not names_b:
        return NO_MATCH
    unmatched = [w for w in (*a.han, *b.han) if (w.text in words_a) != (w.text in words_b)]
    if names_a == names_b or _is_core(names_a, names_b, unmatched):
        only_a = any(w in a.han for w in unmatched)
        only_b = any(w in b.han for w in unmatched)
        score = 0.62 if only_a and only_b else 0.82
        return Match(score).because(ReasonKind.EXTRA_WORDS, " ".join(w.text for w in unmatched))
    return NO_MATCH


def _names(words: tuple[HanWord, ...]) -> frozenset[str]:
    return frozenset(w.text for w in words if not w.is_descriptive)


def _is_core(a: frozenset[str], b: frozenset[str], unmatched: list[HanWord]) -> bool:
    return bool(a & b) and all(len(name) <= 2 for name in a ^ b) and len(unmatched) <= 2


def _compare_translated(a: OrganizationParts, b: OrganizationParts) -> Match:
    """Compare a Chinese name with a Latin one: known words by their English form, the second by their sound."""
    rest = list(b.words)
    hit = missed = 0.0
    names = 0
    for word in a.han:
        used = _find_english(word, rest) if word.english else _find_sound(word.text, rest)
        weight = 0.35 if word.is_descriptive or word.is_place else 1.0
        if used:
            hit += weight
            names += not (word.is_descriptive or word.is_place)
            for each in used:
                rest.remove(each)
        else:
            missed += _MISSING_GROUP if word.text == _GROUP else _MISSING if word.is_descriptive else weight
    if not names and (missed or rest):
        return NO_MATCH
    unmatched = sum(map(word_weight, rest))
    score = _TRANSLATED * hit / (hit + missed + unmatched * 0.8)
    if missed >= 1 or any(word_weight(word) == 1 for word in rest):
        score *= _CONFLICT
    return Match(score).because(ReasonKind.TRANSLATED, a.text, b.text)


def _find_english(word: HanWord, rest: list[str]) -> list[str]:
    for form in word.english:
        usual = [generic_words().get(part, part) for part in form]
        used = [next((r for r in rest if generic_words().get(r, r) == part), "") for part in usual]
        if all(used):
            return used
        joined = "".join(form)
        if joined in rest:
            return [joined]
    return _find_sound(word.text, rest)


def _find_sound(text: str, rest: list[str]) -> list[str]:
    """Return the words that spell a name by its sound; a last character such as 港 or 厂 may be translated."""
    used = _find_spelled(text, rest)
    last = han_words().get(text[-1:])
    if used or last is None or len(text) < 3:
        return used
    name = _find_spelled(text[:-1], rest)
    end = _find_english(last, [word for word in rest if word not in name]) if name else []
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


def _compare_words(a: OrganizationParts, b: OrganizationParts) -> Match:
    one, other = [_usual_word(w) for w in a.words], [_usual_word(w) for w in b.words]
    if one == other:
        return Match(_LEGAL_FORM if a.legal_form != b.legal_form else 1.0).because(
            ReasonKind.LEGAL_FORM if a.legal_form != b.legal_form else ReasonKind.SAME_NAME
        )
    if "".join(a.words) == "".join(b.words):
        return Match(_SPACING).because(ReasonKind.SPACING)
    if sorted(one) == sorted(other):
        return Match(0.93).because(ReasonKind.WORD_ORDER)
    return max(_compare_joined(a, b), _compare_aligned(one, other), key=lambda match: match.score)


def _usual_word(word: str) -> str:
    return generic_words().get(word, word)


def _generic(parts: OrganizationParts) -> set[str]:
    return {_usual_word(word) for word in parts.words if word in generic_words()}


def _compare_joined(a: OrganizationParts, b: OrganizationParts) -> Match:
    """Compare names whose words are divided in different ways; words that correspond are compared one by one."""
    words_a, words_b = ([word for word in parts.words if word not in generic_words()] for parts in (a, b))
    if len(words_a) == len(words_b) or _generic(a) != _generic(b):
        return NO_MATCH
    one, other = "".join(words_a), "".join(words_b)
    shorter = min(len(one), len(other))
    if shorter < 5 or [w for w in a.words if w.isdigit()] != [w for w in b.words if w.isdigit()]:
        return NO_MATCH
    edits = OSA.distance(one, other, score_cutoff=4)
    if edits <= min(3, shorter // 5) and one[0] == other[0]:
        return Match(0.95 - 0.05 * edits).because(ReasonKind.TYPO, a.text, b.text)
    return NO_MATCH


def _compare_aligned(a: list[str], b: list[str]) -> Match:
    rest = list(b)
    hit = weight = 0.0
    unmatched_a: list[str] = []
    reasons: list[Reason] = []
    for word in a:
        best, score = _find_best_word(word, rest)
        if not score:
            unmatched_a.append(word)
            continue
        rest.remove(best)
        hit += word_weight(word) * score
        weight += word_weight(word)
        if score < 1:
            reasons.append(Reason(ReasonKind.TYPO, word, best))
    if (unmatched_a or rest) and not any(word_weight(word) == 1 for word in a if word not in unmatched_a):
        return NO_MATCH
    unmatched = sum(map(word_weight, unmatched_a)), sum(map(word_weight, rest))
    low, high = sorted((hit / (weight + unmatched[0]), hit / (weight + unmatched[1])))
    score = 0.6 * high + 0.4 * low
    if unmatched_a and rest:
        score *= _CONFLICT
    if any(word.isdigit() for word in (*unmatched_a, *rest)):
        score *= _NUMBER
    if unmatched_a or rest:
        reasons.append(Reason(ReasonKind.EXTRA_WORDS, " ".join([*unmatched_a, *rest])))
    return Match(score, tuple(reasons))


def _find_best_word(word: str, rest: list[str]) -> tuple[str, float]:
    best = max(rest, key=lambda other: _word_similarity(word, other), default="")
    return best, _word_similarity(word, best) if best else 0.0


@lru_cache(maxsize=32_768)
def _word_similarity(a: str, b: str) -> float:
    if a == b:
        return 1.0
    if a.isdigit() or b.isdigit():
        return 0.0
    shorter, longer = sorted((a, b), key=len)
    if len(shorter) >= 3 and longer.startswith(shorter) and shorter in generic_words():
        return 0.9
    edits = OSA.distance(a, b, score_cutoff=3)
    allowed = 0 if len(longer) <= 4 else 1 if len(longer) <= 7 else 2
    if edits <= allowed and a[0] == b[0]:
        return 1.0 - _TYPO * edits
    return 0.85 if len(shorter) > 4 and sound_of(a) == sound_of(b) and len(sound_of(a)) > 3 else 0.0


def _compare_acronym(a: OrganizationParts, b: OrganizationParts) -> Match:
    """Compare an abbreviation with the name it abbreviates; three letters or more."""
    if len(a.words) != 1 or len(b.words) < 3 or len(a.words[0]) not in ACRONYM_LENGTHS:
        return NO_MATCH
    letters = "".join(word[0] for word in b.words)
    # The C of CNPC is that of Corporation.
    if a.words[0] not in (letters, letters + b.legal_form[:1]):
        return NO_MATCH
    return Match(_ACRONYM).because(ReasonKind.ACRONYM, a.text, b.text)
