"""The score of a need and a product."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from crm.matching.policy import MatchReasonKind
from crm.matching.scoring.context import find_context_reasons, most_context_points
from crm.matching.scoring.export_rules import find_export_reasons
from crm.matching.scoring.prepared import Prepared, prepare
from crm.matching.scoring.profiles import NeedProfile, ProductProfile
from crm.matching.scoring.reasons import MatchReason, MatchScore, sum_up
from crm.matching.scoring.subject import NAICS_POINTS, find_subject_reasons
from crm.matching.scoring.texts import LEAST_KEY_WEIGHT, extract_words, keys_of
from crm.matching.scoring.word_lists import weigh

_GOAL_POINTS = 3
_LEAST_GOAL_WEIGHT = 0.5
NO_MATCH = MatchScore(0)


def score_match(need: NeedProfile, product: ProductProfile, today: date) -> MatchScore:
    """Return how well a product fits a need on a day, with the reasons.

    Without a common subject there are neither points nor reasons: the weights of the shared keys don't add up to
    LEAST_KEY_WEIGHT. The buyer's own products don't match.
    """
    need_keys, product_keys = keys_of(need), keys_of(product)
    weight = sum(need_keys[key] for key in need_keys.keys() & product_keys.keys())
    if weight < LEAST_KEY_WEIGHT or product.client_id in need.buyer_ids:
        return NO_MATCH
    return score_candidate(prepare(need), prepare(product), today)


def score_candidate(need: Prepared, product: Prepared, today: date) -> MatchScore:
    """Return the score of a pair that shares enough keys."""
    return sum_up(_find_reasons(need, product, today))


def most_other_points(need: NeedProfile) -> int:
    """Return the most points that a product can get besides those of its subject."""
    return most_context_points(need) + _GOAL_POINTS + NAICS_POINTS


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
