"""The labeled set: invented needs and products, and which products a counselor would suggest for each need."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from crm.matching.policy import LEAST_POINTS
from crm.matching.scoring import MatchScore, NeedProfile, ProductIndex, ProductProfile, find_matches

DATA = Path(__file__).parent / "data"
TODAY = date(2026, 11, 26)
TUNED = 60
"""The first needs were used to tune the score; the others were labeled later and never looked at while tuning."""


class LabeledNeed(NamedTuple):
    """A need, the codes of the products that fit it, and whether it was set aside while the score was tuned."""

    code: str
    profile: NeedProfile
    relevant: frozenset[str]
    set_aside: bool


def read_rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def split(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(";") if part.strip())


def load_products() -> dict[int, tuple[str, ProductProfile]]:
    return {
        number: (
            row["code"],
            ProductProfile(
                number,
                1000 + number,
                row["name"],
                native_name=row["native"] or None,
                description=row["description"] or None,
                kind=row["kind"],
                hs6=row["hs6"] or None,
                certificates=split(row["certificates"]),
                sectors=split(row["sectors"]),
            ),
        )
        for number, row in enumerate(read_rows("products.csv"), 1)
    }


def load_needs() -> list[LabeledNeed]:
    return [
        LabeledNeed(
            row["code"],
            NeedProfile(
                number,
                row["title"],
                native_title=row["native"] or None,
                spec=row["spec"] or None,
                kind=row["kind"],
                hs6=row["hs6"] or None,
                certificates=split(row["certificates"]),
                sectors=split(row["sectors"]),
                country="CN",
            ),
            frozenset(row["relevant"].split()),
            number > TUNED,
        )
        for number, row in enumerate(read_rows("needs.csv"), 1)
    ]


def suggest(needs: Iterable[LabeledNeed]) -> dict[str, list[tuple[str, MatchScore]]]:
    """Return the suggested products of each need, best first."""
    products = load_products()
    by_number = {need.profile.id: need.code for need in needs}
    suggestions: dict[str, list[tuple[str, MatchScore]]] = {code: [] for code in by_number.values()}
    profiles = [profile for _, profile in products.values()]
    for need_id, product_id, score in find_matches(
        [need.profile for need in needs], ProductIndex.build(profiles), TODAY, LEAST_POINTS
    ):
        suggestions[by_number[need_id]].append((products[product_id][0], score))
    return {code: sorted(rows, key=lambda row: -row[1].points) for code, rows in suggestions.items()}


class Figures(NamedTuple):
    """Averages over needs: suggested products among the first five that fit; fitting ones among the first ten."""

    precision_at_5: float
    strict_precision_at_5: float
    recall_at_10: float


def measure(needs: Iterable[LabeledNeed]) -> Figures:
    """Return how good the suggestions are.

    The precision divides by the suggestions among the first five (a need without any counts 0), the strict one by five
    or, if fewer products fit, by their number.
    """
    needs = list(needs)
    suggestions = suggest(needs)
    sums = [0.0, 0.0, 0.0]
    for need in needs:
        codes = [code for code, _ in suggestions[need.code]]
        hits = len(need.relevant.intersection(codes[:5]))
        sums[0] += hits / max(1, len(codes[:5]))
        sums[1] += hits / min(5, len(need.relevant))
        sums[2] += len(need.relevant.intersection(codes[:10])) / len(need.relevant)
    return Figures(*(total / len(needs) for total in sums))
