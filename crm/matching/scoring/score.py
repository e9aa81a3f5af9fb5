"""The score of a need and a product."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from crm.matching.policy import MatchReasonKind
from crm.matching.scoring.context import count_sector_points, find_context_reasons, most_context_points
from crm.matching.scoring.export_rules import find_export_reasons
from crm.matching.scoring.keys import LEAST_KEY_WEIGHT, find_keys
from crm.matching.scoring.prepared import Prepared, prepare
from crm.matching.scoring.profiles import NeedProfile, ProductProfile
from crm.matching.scoring.reasons import MatchReason, MatchScore, sum_up
from crm.matching.scoring.subject import NAICS_POINTS, count_subject_points, find_subject_reasons
from crm.matching.scoring.texts import extract_words
from crm.matching.scoring.word_lists import weigh

_GOAL_POINTS = 3
_LEAST_GOAL_WEIGHT = 0.5
NO_MATCH = MatchScore(0)
LEAST_SUBJECT_POINTS = 22
"""Sectors, places or certificates alone make no match."""


def score_match(need: NeedProfile, product: ProductProfile, today: date) -> MatchScore:
    """Return how well a product fits a need on a day, with the reasons.

    Without a common subject there are neither points nor reasons: the weights of the shared keys don't add up to
    LEAST_KEY_WEIGHT. The buyer's own products don't match.
    """
    prepared_need, prepared_product = prepare(need), prepare(product)
    need_keys, product_keys = find_keys(prepared_need), find_keys(prepared_product)
    weight = sum(need_keys[key] for key in need_keys.keys() & product_keys.keys())
    if weight < LEAST_KEY_WEIGHT or product.client_id in need.buyer_ids:
        return NO_MATCH
    return score_candidate(prepared_need, prepared_product, today)


def score_candidate(need: Prepared, product: Prepared, today: date) -> MatchScore:
    """Return the score of a pair that shares enough keys; nothing if codes and words have too little in common."""
    if count_subject_points(need, product) < LEAST_SUBJECT_POINTS:
        return NO_MATCH
    return sum_up(_find_reasons(need, product, today))


def most_points(need: Prepared, product: Prepared) -> int:
    """Return the most points that a pair can have, quickly; 0 if its subjects have too little in common."""
    subject_points = count_subject_points(need, product)
    if subject_points < LEAST_SUBJECT_POINTS:
        return 0
    goal_points = _GOAL_POINTS if product.profile.goals else 0
    context_points = most_context_points(need.profile, product.profile)
    return (
        subject_points
        + NAICS_POINTS
        + goal_points
        + context_points
        + count_sector_points(need.profile, product.profile)
    )


def _find_reasons(need: Prepared, product: Prepared, today: date) -> Iterator[MatchReason]:
    yield from find_subject_reasons(need, product)
    yield from find_context_reasons(need.profile, product.profile, today)
    yield from find_export_reasons(need.profile, product.profile)
    yield from _compare_goals(need, product)


def _compare_goals(need: Prepared, product: Prepared) -> Iterator[MatchReason]:
    goals = extract_words(product.profile.goals)
    shared = [word for word in goals if word in need.words and weigh(word) >= _LEAST_GOAL_WEIGHT]
    if shared:
        words = sorted({goals[word] for word in shared})
        yield MatchReason(MatchReasonKind.china_goals, _GOAL_POINTS, {"words": words})
