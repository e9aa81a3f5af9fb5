"""The score of a need and a product."""

from __future__ import annotations

from datetime import date

from crm.matching.policy import MatchReasonKind
from crm.matching.scoring.context import find_context_reasons
from crm.matching.scoring.export_rules import find_export_reasons
from crm.matching.scoring.keys import LEAST_KEY_WEIGHT, find_keys
from crm.matching.scoring.prepared import PreparedProfile, prepare
from crm.matching.scoring.profiles import NeedProfile, ProductProfile
from crm.matching.scoring.reasons import MatchReason, MatchScore, add_up, sum_up
from crm.matching.scoring.subject import (
    compare_codes,
    compare_naics,
    find_field_reasons,
    find_word_reasons,
)

_GOAL_POINTS = 3
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


def score_candidate(need: PreparedProfile, product: PreparedProfile, today: date) -> MatchScore:
    """Return the score of a pair that shares enough keys; nothing if codes and words have too little in common."""
    one, other = need.profile, product.profile
    reasons = [
        *find_word_reasons(need, product),
        *compare_codes(one.hs6, other.hs6),
        *find_field_reasons(need, product),
    ]
    if add_up(reasons) < LEAST_SUBJECT_POINTS:
        return NO_MATCH
    reasons += compare_naics(one.naics, other.naics)
    reasons += find_context_reasons(one, other, today)
    reasons += find_export_reasons(one, other)
    reasons += _compare_goals(need, product)
    return sum_up(reasons)


def _compare_goals(need: PreparedProfile, product: PreparedProfile) -> list[MatchReason]:
    shared = product.goals.keys() & need.words.keys() if product.goals else ()
    if not shared:
        return []
    words = sorted({product.goals[word] for word in shared})
    return [MatchReason(MatchReasonKind.china_goals, _GOAL_POINTS, {"words": words})]
