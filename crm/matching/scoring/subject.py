"""Whether need and product are about the same thing: trade codes and words."""

from __future__ import annotations

from collections.abc import Collection

from crm.matching.policy import MatchReasonKind
from crm.matching.scoring.prepared import PreparedProfile
from crm.matching.scoring.reasons import MatchReason
from crm.matching.scoring.texts import Words
from crm.matching.scoring.word_lists import weigh

_HS6_POINTS = 24
_HEADING_POINTS = 15
_CHAPTER_POINTS = 4
_OTHER_CHAPTER_POINTS = -3
_NAICS_POINTS = 4
_WORD_POINTS = 62
_FIELD_POINTS = 8
_TITLE_SHARE, _NAME_SHARE, _DETAIL_SHARE = 0.6, 0.25, 0.15
_ENOUGH_NAME = 0.8
"""Shared words of a title with this weight count in full; a title of one frequent word counts less."""
_ENOUGH_DETAIL = 3.0
_MAX_WORDS = 8


def compare_naics(one: str | None, other: str | None) -> tuple[MatchReason, ...]:
    """Return the reason for two industries: the same one, or none."""
    return (MatchReason(MatchReasonKind.same_naics, _NAICS_POINTS, {"code": one}),) if one and one == other else ()


def find_field_reasons(need: PreparedProfile, product: PreparedProfile) -> tuple[MatchReason, ...]:
    """Return the reason for the fields of work that a need and a product have in common."""
    shared = need.fields.keys() & product.fields.keys() if need.fields and product.fields else ()
    if not shared:
        return ()
    fields = sorted(shared)
    values = {"need": [need.fields[x] for x in fields], "product": [product.fields[x] for x in fields]}
    return (MatchReason(MatchReasonKind.related, _FIELD_POINTS, values),)


_SHARED_DIGITS = (
    (6, MatchReasonKind.same_hs6, _HS6_POINTS),
    (4, MatchReasonKind.same_heading, _HEADING_POINTS),
    (2, MatchReasonKind.same_chapter, _CHAPTER_POINTS),
)


def compare_codes(one: str | None, other: str | None) -> tuple[MatchReason, ...]:
    """Return the reason for two HS codes; none if one is missing."""
    if not one or not other:
        return ()
    chapter, other_chapter = one[:2], other[:2]
    if chapter != other_chapter:
        values = {"need": chapter, "product": other_chapter}
        return (MatchReason(MatchReasonKind.other_chapter, _OTHER_CHAPTER_POINTS, values),)
    for digits, kind, points in _SHARED_DIGITS:
        if one[:digits] == other[:digits]:
            return (MatchReason(kind, points, {"code": one[:digits]}),)
    return ()


def find_word_reasons(need: PreparedProfile, product: PreparedProfile) -> tuple[MatchReason, ...]:
    """Return the reason for the words that a need and a product have in common; none if they have no points."""
    shared = need.word_set & product.word_set
    if not shared:
        return ()
    common = need.common.get(shared)
    if common is None:
        # Sorted, because sums of floats depend on their order.
        words = tuple(sorted(shared))
        common = need.common[shared] = (words, tuple(need.strengths[word] for word in words))
    words = common[0]
    name = product.covers.get(common)
    if name is None:
        name = product.covers[common] = _cover(product, *common)
    described = tuple(product.described[word] for word in words)
    key = (words, described, name)
    reasons = need.word_reasons.get(key)
    if reasons is None:
        points = _count_points(need, words, tuple(strength for strength, _text in described), name)
        values = {"words": _write(words, need.words, product.words)}
        reasons = (MatchReason(MatchReasonKind.words, points, values),) if points else ()
        need.word_reasons[key] = reasons
    return reasons


def _count_points(
    need: PreparedProfile, words: tuple[str, ...], product_strengths: tuple[float, ...], name: float
) -> int:
    title = _cover(need, words, product_strengths)
    strengths = zip(words, product_strengths, strict=True)
    detail = sum(weigh(word) * need.strengths[word] * strength for word, strength in strengths)
    share: float = _TITLE_SHARE * title + _NAME_SHARE * name + _DETAIL_SHARE * min(1.0, detail / _ENOUGH_DETAIL)
    return round(_WORD_POINTS * share)


def _cover(side: PreparedProfile, words: tuple[str, ...], strengths: tuple[float, ...]) -> float:
    """Return which part of a name the other side's words cover, from 0 to 1: of the thing that is covered best."""
    share = 0.0
    for weights, total in side.names:
        weight = sum(weights.get(word, 0.0) * strength for word, strength in zip(words, strengths, strict=True))
        share = max(share, weight / total * min(1.0, weight / _ENOUGH_NAME))
    return share


def _write(shared: Collection[str], one: Words, other: Words) -> list[str]:
    """Return the words that say the most, as written, such as "sensor" or, in two languages, "water meters = 水表"."""
    heaviest = sorted(shared, key=lambda word: (-weigh(word), word))[:_MAX_WORDS]
    terms: dict[str, list[str]] = {}
    for word in (word for word in one if word in heaviest):
        written, translation = sorted((one[word], other[word]), key=lambda text: not text.isascii())
        terms.setdefault("" if translation.isascii() else translation, []).append(
            one[word] if translation.isascii() else written
        )
    return [text for term, words in terms.items() for text in _join(term, list(dict.fromkeys(words)))]


def _join(term: str, words: list[str]) -> list[str]:
    if not term:
        return words
    joined = " ".join(words)
    return [term if joined == term else f"{joined} = {term}"]
