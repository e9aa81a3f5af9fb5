"""Whether two names can belong to one organization, and why."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA

from crm.names.pinyin import fold_u, split_latin

from .name_variants import list_names
from .organization_parts import (
    ACRONYM_LENGTHS,
    OrganizationName,
    OrganizationParts,
    abbreviations_of,
    prepare_organization,
    shorten_han,
)
from .organization_words import FIELDS_OF_STUDY, HanWord, generic_words, place_words, word_weight
from .reasons import Reason, ReasonKind
from .scoring import NO_MATCH, Match
from .translation import compare_translated
from .western import sound_of

_LEGAL_FORM, _SPACING, _TYPO = 0.98, 0.96, 0.12
_CONFLICT, _ACRONYM, _PARTIAL_ACRONYM = 0.8, 0.74, 0.85
_MISSIONS, _SWAPPED = ("embassy", "consulate"), 0.6
_SHORTEST, _MAX_WORDS = 2, 12
_NUMBER = 0.75


@lru_cache(maxsize=16_384)
def match_organizations(a: OrganizationName | str, b: OrganizationName | str) -> Match:
    """Compare two organizations: the best of their names and other names, in any script."""
    first, second = (list_names(name.texts if isinstance(name, OrganizationName) else (name,)) for name in (a, b))
    best = NO_MATCH
    for one in first:
        for other in second:
            match = _compare(prepare_organization(one), prepare_organization(other))
            best = max(best, match, key=lambda match: match.score)
    return best


def _compare(a: OrganizationParts, b: OrganizationParts) -> Match:
    if a.text.casefold() == b.text.casefold():
        return Match(1.0).add_reason(ReasonKind.SAME_NAME)
    if a.han and b.han:
        return _compare_han(a, b)
    if a.han or b.han:
        return compare_translated(a, b) if a.han else compare_translated(b, a)
    return max(_compare_words(a, b), _compare_acronym(a, b), _compare_acronym(b, a), key=lambda match: match.score)


def _compare_han(a: OrganizationParts, b: OrganizationParts) -> Match:
    one, other = shorten_han(a), shorten_han(b)
    if one == other:
        kind = ReasonKind.SAME_CHARACTERS if a.legal_form == b.legal_form else ReasonKind.LEGAL_FORM
        return Match(0.98).add_reason(kind, a.text)
    if "".join(w.text for w in a.han) != one or "".join(w.text for w in b.han) != other:
        return _compare_han(prepare_organization(one), prepare_organization(other))
    words_a, words_b = [w.text for w in a.han], [w.text for w in b.han]
    if sorted(words_a) == sorted(words_b):
        return Match(0.93).add_reason(ReasonKind.WORD_ORDER)
    names_a, names_b = _names(a.han), _names(b.han)
    if not names_a or not names_b:
        return NO_MATCH
    unmatched = [w for w in (*a.han, *b.han) if (w.text in words_a) != (w.text in words_b)]
    if names_a == names_b or _is_core(names_a, names_b, unmatched):
        only_a = any(w in a.han for w in unmatched)
        only_b = any(w in b.han for w in unmatched)
        score = 0.62 if only_a and only_b else 0.82
        return Match(score).add_reason(ReasonKind.EXTRA_WORDS, " ".join(w.text for w in unmatched))
    return NO_MATCH


def _names(words: tuple[HanWord, ...]) -> frozenset[str]:
    return frozenset(w.text for w in words if not w.is_descriptive)


def _is_core(a: frozenset[str], b: frozenset[str], unmatched: list[HanWord]) -> bool:
    return bool(a & b) and all(len(name) <= 2 for name in a ^ b) and len(unmatched) <= 2


def _compare_words(a: OrganizationParts, b: OrganizationParts) -> Match:
    one, other = [_usual_word(w) for w in a.words], [_usual_word(w) for w in b.words]
    if one == other:
        return Match(_LEGAL_FORM if a.legal_form != b.legal_form else 1.0).add_reason(
            ReasonKind.LEGAL_FORM if a.legal_form != b.legal_form else ReasonKind.SAME_NAME
        )
    if "".join(a.words) == "".join(b.words) or a.joined == b.joined:
        return Match(_SPACING).add_reason(ReasonKind.SPACING)
    if sorted(one) == sorted(other):
        return Match(_SWAPPED if _is_swapped_mission(one, other) else 0.93).add_reason(ReasonKind.WORD_ORDER)
    return max(_compare_joined(a, b), _compare_aligned(one, other), key=lambda match: match.score)


def _is_swapped_mission(a: list[str], b: list[str]) -> bool:
    """Whether two missions have countries in a different order: the embassy of China in Kazakhstan."""
    return any(word in a for word in _MISSIONS) and list(filter(_is_place, a)) != list(filter(_is_place, b))


def _is_place(word: str) -> bool:
    return word in place_words()


def _usual_word(word: str) -> str:
    return generic_words().get(word, word)


def _generic(parts: OrganizationParts) -> set[str]:
    return {_usual_word(word) for word in parts.words if word in generic_words()}


def _places(parts: OrganizationParts) -> frozenset[str]:
    return place_words() & set(parts.words)


def _compare_joined(a: OrganizationParts, b: OrganizationParts) -> Match:
    """Compare names whose words are divided in different ways; words that correspond are compared one by one."""
    words_a, words_b = ([word for word in parts.words if word not in generic_words()] for parts in (a, b))
    if (
        _generic(a) != _generic(b)
        or _places(a) != _places(b)
        or (len(words_a) == len(words_b) and not _has_one_slip(words_a, words_b))
    ):
        return NO_MATCH
    one, other = "".join(words_a), "".join(words_b)
    shorter = min(len(one), len(other))
    if shorter < 5 or [w for w in a.words if w.isdigit()] != [w for w in b.words if w.isdigit()]:
        return NO_MATCH
    edits = OSA.distance(one, other, score_cutoff=4)
    if edits <= min(3, shorter // 5) and one[0] == other[0]:
        return Match(0.95 - 0.05 * edits).add_reason(ReasonKind.TYPO, a.text, b.text)
    return NO_MATCH


def _has_one_slip(a: list[str], b: list[str]) -> bool:
    """Whether one word differs by a missing letter or two swapped ones: Aera for Area, not Pork for Port."""
    different = [(one, other) for one, other in zip(a, b, strict=True) if one != other]
    return len(different) == 1 and all(
        not _are_pinyin(one, other)
        and OSA.distance(one, other, score_cutoff=1) == 1
        and (len(one) != len(other) or sorted(one) == sorted(other))
        for one, other in different
    )


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
    if _is_other_university(a, b, [*unmatched_a, *rest]):
        score = min(score, _SWAPPED)
    if unmatched_a or rest:
        reasons.append(Reason(ReasonKind.EXTRA_WORDS, " ".join([*unmatched_a, *rest])))
    return Match(score, tuple(reasons))


def _is_other_university(a: list[str], b: list[str], unmatched: list[str]) -> bool:
    """Whether two universities share only their place: Zhejiang University and Zhejiang University of Technology."""
    if "university" not in a or "university" not in b or FIELDS_OF_STUDY.isdisjoint(unmatched):
        return False
    return not any(word_weight(word) == 1 and not _is_place(word) for word in a if word in b)


def _find_best_word(word: str, rest: list[str]) -> tuple[str, float]:
    best = max(rest, key=lambda other: _word_similarity(word, other), default="")
    return best, _word_similarity(word, best) if best else 0.0


def _are_pinyin(a: str, b: str) -> bool:
    """Whether both words can be two names in pinyin, not one with a typo: Xinghai and Xinhai, but not Shenzen."""
    if _is_place(a) or _is_place(b) or fold_u(a) == fold_u(b):
        return False
    syllables = [split_latin(word) or () for word in (a, b)]
    return all(len(word) > 1 and min(map(len, word)) > 1 for word in syllables)


def _allowed_edits(length: int) -> int:
    """Return how many typing errors a word of this length can have."""
    if length <= 4:
        return 0
    return 1 if length <= 7 else 2


@lru_cache(maxsize=32_768)
def _word_similarity(a: str, b: str) -> float:
    if a == b:
        return 1.0
    if a.isdigit() or b.isdigit() or (a in place_words() and b in place_words()) or _are_pinyin(a, b):
        return 0.0
    shorter, longer = sorted((a, b), key=len)
    if len(shorter) >= 3 and longer.startswith(shorter) and shorter in generic_words():
        return 0.9
    edits = OSA.distance(a, b, score_cutoff=3)
    if edits <= _allowed_edits(len(longer)) and a[0] == b[0]:
        return 1.0 - _TYPO * edits
    return 0.85 if len(shorter) > 4 and sound_of(a) == sound_of(b) and len(sound_of(a)) > 3 else 0.0


def _compare_acronym(a: OrganizationParts, b: OrganizationParts) -> Match:
    """Compare a name that is or has an abbreviation with the name it abbreviates: CNPC, Riverside County EDA."""
    is_whole = len(a.words) == 1 and len(b.words) > 2 and a.words[0] in abbreviations_of(b)
    if is_whole and len(a.words[0]) in ACRONYM_LENGTHS:
        return Match(_ACRONYM).add_reason(ReasonKind.ACRONYM, a.text, b.text)
    for word in a.words if max(len(a.words), len(b.words)) <= _MAX_WORDS else ():
        start, end = _find_abbreviated(word, a.words, b.words)
        if end and {*a.words} - {word} | {*b.words[start:end]} == {*b.words}:
            long = " ".join(b.words[start:end])
            return Match(_PARTIAL_ACRONYM).add_reason(ReasonKind.ACRONYM, word.upper(), long.title())
    return NO_MATCH


def _find_abbreviated(word: str, own: tuple[str, ...], words: tuple[str, ...]) -> tuple[int, int]:
    """Return where some of the words begin with the letters of an abbreviation in a name; (0, 0) if nowhere.

    Two letters can mean anything, so another word must distinguish the name: UC Riverside, not CA Growers.
    """
    if not 1 < len(word) < len(words) or word in words or word in generic_words():
        return 0, 0
    if len(word) == _SHORTEST and not any(word_weight(other) == 1 for other in own if other != word):
        return 0, 0
    start = "".join(each[0] for each in words).find(word)
    return (start, start + len(word)) if start >= 0 else (0, 0)
