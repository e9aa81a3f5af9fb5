"""All matches of many needs and products, found through an index of keys instead of all pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from crm.core.memory import paused_gc
from crm.matching.scoring.keys import LEAST_KEY_WEIGHT, find_keys
from crm.matching.scoring.prepared import PreparedProfile, prepare
from crm.matching.scoring.profiles import NeedProfile, ProductProfile
from crm.matching.scoring.reasons import MatchScore
from crm.matching.scoring.score import score_candidate


@dataclass(frozen=True)
class ProductIndex:
    """Prepared products, and the positions of those that have a key."""

    products: Sequence[PreparedProfile]
    positions: Mapping[str, Sequence[int]]

    @classmethod
    def build(cls, profiles: Iterable[ProductProfile]) -> ProductIndex:
        """Prepare products and index them by their keys."""
        with paused_gc():
            products = [prepare.__wrapped__(profile) for profile in profiles]
            positions: dict[str, list[int]] = defaultdict(list)
            for position, product in enumerate(products):
                for key in find_keys(product):
                    positions[key].append(position)
        return cls(products, positions)


def find_matches(
    needs: Iterable[NeedProfile], index: ProductIndex, today: date, least: int
) -> Iterator[tuple[int, int, MatchScore]]:
    """Yield need id, product id and score of all pairs with at least `least` points (more than 0), need by need."""
    for need in needs:
        prepared_need = prepare.__wrapped__(need)
        for position in _find_candidates(prepared_need, index.positions):
            product = index.products[position]
            if product.profile.client_id in need.buyer_ids:
                continue
            score = score_candidate(prepared_need, product, today)
            if score.points >= least:
                yield need.id, product.profile.id, score


def _find_candidates(need: PreparedProfile, index: Mapping[str, Sequence[int]]) -> list[int]:
    """Return the positions of the products that share enough keys with a need."""
    positions: set[int] = set()
    light: dict[int, int] = {}
    for key, weight in find_keys(need).items():
        if weight >= LEAST_KEY_WEIGHT:
            positions.update(index.get(key, ()))
            continue
        for position in index.get(key, ()):
            light[position] = light.get(position, 0) + weight
    positions.update(position for position, weight in light.items() if weight >= LEAST_KEY_WEIGHT)
    return sorted(positions)
