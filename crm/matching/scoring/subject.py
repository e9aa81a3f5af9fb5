"""Whether need and product are about the same thing: trade codes and words."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from crm.matching.policy import MatchReasonKind
from crm.matching.scoring.prepared import Prepared
from crm.matching.scoring.reasons import MatchReason
from crm.matching.scoring.texts import Words
from crm.matching.scoring.word_lists import weigh

_HS6_POINTS = 35
_HEADING_POINTS = 24
_CHAPTER_POINTS = 6
_OTHER_CHAPTER_POINTS = -6
_NAICS_POINTS = 4
_WORD_POINTS = 50
_TITLE_SHARE, _NAME_SHARE, _DETAIL_SHARE = 0.6, 0.25, 0.15
_ENOUGH_TITLE = 1.2
"""Shared words of a title with this weight count in full; a title of one frequent word counts less."""
_ENOUGH_DETAIL = 3.0
_MAX_WORDS = 8


def find_subject_reasons(need: Prepared, product: Prepared) -> Iterator[MatchReason]:
    """Yield what the trade codes and words of a need and a product have in common."""
    yield from _compare_codes(need.profile.hs6, product.profile.hs6)
    naics = need.profile.naics
    if naics and naics == product.profile.naics:
        yield MatchReason(MatchReasonKind.same_naics, _NAICS_POINTS, {"code": naics})
    yield from _compare_words(need, product)


def _compare_codes(one: str | None, other: str | None) -> Iterator[MatchReason]:
    if not one or not other:
        return
    if one == other:
        yield MatchReason(MatchReasonKind.same_hs6, _HS6_POINTS, {"code": one})
    elif one[:4] == other[:4]:
        yield MatchReason(MatchReasonKind.same_heading, _HEADING_POINTS, {"code": one[:4]})
    elif one[:2] == other[:2]:
        yield MatchReason(MatchReasonKind.same_chapter, _CHAPTER_POINTS, {"code": one[:2]})
    else:
        values = {"need": one[:2], "product": other[:2]}
        yield MatchReason(MatchReasonKind.other_chapter, _OTHER_CHAPTER_POINTS, values)


def _compare_words(need: Prepared, product: Prepared) -> Iterator[MatchReason]:
    shared = need.words.keys() & product.words.keys()
    if not shared:
        return
    title = max((_cover(names, product, enough=_ENOUGH_TITLE) for names in need.names), default=0.0)
    name = max((_cover(names, need, enough=_ENOUGH_TITLE) for names in product.names), default=0.0)
    detail = min(1.0, _sum_weights(shared, need, product) / _ENOUGH_DETAIL)
    points = round(_WORD_POINTS * (_TITLE_SHARE * title + _NAME_SHARE * name + _DETAIL_SHARE * detail))
    if points:
        yield MatchReason(MatchReasonKind.words, points, {"words": _write(shared, need.words, product.words)})


def _cover(names: Words, other: Prepared, *, enough: float) -> float:
    """Return which part of a name the other side's words cover, from 0 to 1."""
    shared = sum(weigh(word) * other.strength(word) for word in names if word in other.words)
    total = sum(weigh(word) for word in names)
    return shared / total * min(1.0, shared / enough) if shared else 0.0


def _sum_weights(words: Collection[str], need: Prepared, product: Prepared) -> float:
    # Sorted: sums of floats depend on their order.
    return sum(weigh(word) * need.strength(word) * product.strength(word) for word in sorted(words))


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
