"""Whether need and product are about the same thing: trade codes and words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import repeat
from operator import mul

from crm.matching.policy import MatchReasonKind
from crm.matching.scoring.prepared import Prepared
from crm.matching.scoring.reasons import MatchReason
from crm.matching.scoring.texts import Words
from crm.matching.scoring.word_lists import weigh

_HS6_POINTS = 24
_HEADING_POINTS = 15
_CHAPTER_POINTS = 4
_OTHER_CHAPTER_POINTS = -3
NAICS_POINTS = 4
_WORD_POINTS = 62
_FIELD_POINTS = 8
_TITLE_SHARE, _NAME_SHARE, _DETAIL_SHARE = 0.6, 0.25, 0.15
_ENOUGH_NAME = 0.8
"""Shared words of a title with this weight count in full; a title of one frequent word counts less."""
_ENOUGH_DETAIL = 3.0
_MAX_WORDS = 8


def find_subject_reasons(need: Prepared, product: Prepared) -> Iterator[MatchReason]:
    """Yield what the trade codes and words of a need and a product have in common."""
    yield from _compare_codes(need.profile.hs6, product.profile.hs6)
    naics = need.profile.naics
    if naics and naics == product.profile.naics:
        yield MatchReason(MatchReasonKind.same_naics, NAICS_POINTS, {"code": naics})
    yield from _compare_words(need, product)
    shared = sorted(need.fields.keys() & product.fields.keys())
    if shared:
        values = {
            "need": [need.fields[field] for field in shared],
            "product": [product.fields[field] for field in shared],
        }
        yield MatchReason(MatchReasonKind.related, _FIELD_POINTS, values)


def count_subject_points(need: Prepared, product: Prepared) -> int:
    """Return the points of `find_subject_reasons` without those of NAICS, quickly."""
    field_points = 0 if need.fields.keys().isdisjoint(product.fields) else _FIELD_POINTS
    return _judge_codes(need.profile.hs6, product.profile.hs6)[1] + _count_word_points(need, product) + field_points


def _judge_codes(one: str | None, other: str | None) -> tuple[MatchReasonKind | None, int]:
    if not one or not other:
        return None, 0
    if one == other:
        return MatchReasonKind.same_hs6, _HS6_POINTS
    if one[:4] == other[:4]:
        return MatchReasonKind.same_heading, _HEADING_POINTS
    if one[:2] == other[:2]:
        return MatchReasonKind.same_chapter, _CHAPTER_POINTS
    return MatchReasonKind.other_chapter, _OTHER_CHAPTER_POINTS


_CODE_DIGITS = {MatchReasonKind.same_hs6: 6, MatchReasonKind.same_heading: 4, MatchReasonKind.same_chapter: 2}


def _compare_codes(one: str | None, other: str | None) -> Iterator[MatchReason]:
    kind, points = _judge_codes(one, other)
    if kind is None or one is None or other is None:
        return
    digits = _CODE_DIGITS.get(kind)
    yield MatchReason(kind, points, {"code": one[:digits]} if digits else {"need": one[:2], "product": other[:2]})


def _compare_words(need: Prepared, product: Prepared) -> Iterator[MatchReason]:
    points = _count_word_points(need, product)
    if points:
        shared = need.words.keys() & product.words.keys()
        yield MatchReason(MatchReasonKind.words, points, {"words": _write(shared, need.words, product.words)})


def _count_word_points(need: Prepared, product: Prepared) -> int:
    shared = need.words.keys() & product.words.keys()
    if not shared:
        return 0
    # Sorted: sums of floats depend on their order. Most pairs share one word.
    words = tuple(shared) if len(shared) == 1 else tuple(sorted(shared))
    detail = 0.0
    need_strengths = tuple([need.strengths[word] for word in words])
    product_strengths = tuple([product.strengths[word] for word in words])
    title = _cover(need, words, product_strengths)
    name = _cover(product, words, need_strengths)
    for word, one, other in zip(words, need_strengths, product_strengths, strict=True):
        detail += weigh(word) * one * other
    share = _TITLE_SHARE * title + _NAME_SHARE * name + _DETAIL_SHARE * min(1.0, detail / _ENOUGH_DETAIL)
    return round(_WORD_POINTS * share)


def _cover(side: Prepared, words: tuple[str, ...], strengths: tuple[float, ...]) -> float:
    """Return which part of a name the other side's words cover, from 0 to 1: of the thing that is covered best."""
    key = (words, strengths)
    cover = side.covers.get(key)
    if cover is not None:
        return cover
    weights = ((sum(map(mul, map(names.get, words, repeat(0.0)), strengths)), total) for names, total in side.names)
    cover = max((weight / total * min(1.0, weight / _ENOUGH_NAME) for weight, total in weights), default=0.0)
    if len(words) == 1:
        side.covers[key] = cover
    return cover


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
