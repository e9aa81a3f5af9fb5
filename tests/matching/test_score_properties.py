"""Properties of the score: a fact that supports it never lowers it, and the order of facts doesn't matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from crm.matching.policy import LEAST_POINTS
from crm.matching.scoring import NeedProfile, ProductIndex, ProductProfile, find_matches, read_amount, score_match

TODAY = date(2026, 11, 26)
WORDS = [
    "ball valve",
    "water",
    "pump",
    "stainless steel",
    "水表",
    "阀门",
    "不锈钢",
    "sensor",
    "food",
    "and",
    "for",
    "of",
    "DN50",
]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
OPTIONAL_TEXTS = st.none() | TEXTS
CODES = st.sampled_from([None, "848180", "848110", "841370", "902820"])
NAMES = st.frozensets(st.sampled_from(["CE", "NSF 61", "HACCP"]), max_size=3)
SECTORS = st.frozensets(st.sampled_from(["Water", "Food", "Air"]), max_size=2)
PLACES = st.frozensets(st.sampled_from(["Ningbo", "上海", "Shanghai, Wuhan"]), max_size=2)
AMOUNTS = st.sampled_from([None, "20", "500 pieces", "30 units a month", "月产3万台", "5 t/day"]).map(read_amount)
NEEDS = st.builds(
    NeedProfile,
    st.just(1),
    TEXTS,
    native_title=OPTIONAL_TEXTS,
    spec=OPTIONAL_TEXTS,
    hs6=CODES,
    naics=st.sampled_from([None, "332911"]),
    sectors=SECTORS,
    certificates=NAMES,
    quantity=AMOUNTS,
    needed_by=st.none() | st.integers(-5, 400).map(lambda days: TODAY + timedelta(days=days)),
    country=st.sampled_from([None, "CN", "VN"]),
    cities=PLACES,
    prime_places=st.sampled_from([None, "Wuhan; Jakarta"]),
)
PRODUCTS = st.builds(
    ProductProfile,
    st.just(2),
    st.just(3),
    TEXTS,
    native_name=OPTIONAL_TEXTS,
    description=OPTIONAL_TEXTS,
    hs6=CODES,
    naics=st.sampled_from([None, "332911"]),
    sectors=SECTORS,
    certificates=NAMES,
    capacity=AMOUNTS,
    eccn=st.sampled_from([None, "EAR99", "3A001"]),
    places=PLACES,
    goals=OPTIONAL_TEXTS,
)
FACTS = {
    "hs6": {"same_hs6", "same_heading", "same_chapter"},
    "naics": {"same_naics"},
    "sectors": {"sector"},
    "certificates": {"certificate_on_file"},
    "quantity": {"capacity_enough"},
    "capacity": {"capacity_enough"},
    "needed_by": {"in_time"},
    "cities": {"project_city"},
    "prime_places": {"prime_city"},
    "places": {"project_city", "prime_city"},
    "goals": {"china_goals"},
    "native_title": {"words", "related"},
    "spec": {"words", "related"},
    "native_name": {"words", "related"},
    "description": {"words", "related"},
}
"""The facts that can be missing, and the reasons that they support."""


def remove(profile, fact):
    return replace(profile, **{fact: frozenset() if isinstance(getattr(profile, fact), frozenset) else None})


@settings(max_examples=250)
@given(NEEDS, PRODUCTS)
def test_removing_a_fact_that_supports_the_score_never_raises_it(need, product):
    score = score_match(need, product, TODAY)
    support = {reason.kind.value for reason in score.reasons if reason.points > 0}
    for fact, reasons in FACTS.items():
        for one, other in ((need, product), (product, need)):
            if support & reasons and getattr(one, fact, None):
                pair = (remove(one, fact), other) if one is need else (other, remove(one, fact))
                assert score_match(*pair, TODAY).points <= score.points, fact


@settings(max_examples=60)
@given(NEEDS, PRODUCTS)
def test_score_is_at_most_100_less_its_warnings_and_at_least_0(need, product):
    score = score_match(need, product, TODAY)
    support = sum(reason.points for reason in score.reasons if not reason.is_warning)
    warnings = sum(reason.points for reason in score.reasons if reason.is_warning)
    assert score.points == max(0, min(100, support) + warnings)
    assert score == score_match(replace(need), replace(product), TODAY)


@settings(max_examples=60)
@given(NEEDS, PRODUCTS, st.permutations(["CE", "NSF 61", "HACCP"]))
def test_order_of_facts_does_not_matter(need, product, names):
    one, other = frozenset(names), frozenset(reversed(names))
    assert score_match(replace(need, certificates=one), replace(product, certificates=other), TODAY) == score_match(
        replace(need, certificates=other), replace(product, certificates=one), TODAY
    )


@settings(max_examples=60)
@given(st.lists(NEEDS, max_size=4), st.lists(PRODUCTS, max_size=6), st.sampled_from([1, 20, LEAST_POINTS, 60]))
def test_index_finds_the_same_matches_as_comparing_all_pairs(needs, products, least):
    needs = [replace(need, id=number) for number, need in enumerate(needs)]
    products = [replace(product, id=number, client_id=number % 3) for number, product in enumerate(products)]
    needs = [replace(need, buyer_ids=frozenset({1})) if need.id == 1 else need for need in needs]
    pairs = ((need, product, score_match(need, product, TODAY)) for need in needs for product in products)
    expected = [(need.id, product.id, score) for need, product, score in pairs if score.points >= least]
    assert list(find_matches(needs, ProductIndex.build(products), TODAY, least)) == expected
