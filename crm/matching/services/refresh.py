"""Compute the matches of some needs and products, or of all. Without history: matches follow from their records."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from operator import attrgetter

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.chunks import chunked
from crm.core.data.rows import upsert_all
from crm.matching.facts import OPEN_NEEDS, load_needs, load_products
from crm.matching.models import MatchKey, MatchProgress, ProductMatch
from crm.matching.policy import LEAST_POINTS
from crm.matching.scoring import (
    LEAST_KEY_WEIGHT,
    MatchScore,
    NeedProfile,
    ProductIndex,
    ProductProfile,
    find_matches,
    keys_of,
    score_match,
)
from crm.products.models import Product
from crm.projects.models import Need

Scores = dict[tuple[int, int], MatchScore]


def today() -> date:
    """Return the day for which deadlines are judged: the same for all users."""
    return clock.now().date()


def refresh_records(need_ids: Collection[int], product_ids: Collection[int], most: int | None = None) -> None:
    """Compute the matches of some needs and products again.

    With `most`, a record with more candidates is compared with the closest ones only; a job compares it with the rest.
    """
    db.session.flush()
    needs, products = load_needs(need_ids), load_products(product_ids)
    _store_keys([*need_ids, *product_ids], [*needs, *products])
    scores: Scores = {}
    partly: dict[int, sa.ColumnElement[bool]] = {}
    for need in needs:
        ids, is_all = _candidates(need, is_need=False, most=most)
        scores |= _score([need], load_products(ids))
        if not is_all:
            partly[need.id] = sa.and_(ProductMatch.need_id == need.id, ProductMatch.product_id.in_(ids))
    for product in products:
        ids, is_all = _candidates(product, is_need=True, most=most)
        scores |= _score(load_needs(ids), [product])
        if not is_all:
            partly[product.id] = sa.and_(ProductMatch.product_id == product.id, ProductMatch.need_id.in_(ids))
    whole_needs, whole_products = ([i for i in ids if i not in partly] for ids in (need_ids, product_ids))
    affected = (ProductMatch.need_id.in_(whole_needs), ProductMatch.product_id.in_(whole_products), *partly.values())
    _store(scores, sa.or_(*affected))
    leave_to_job(partly)


def leave_to_job(ids: Iterable[int]) -> None:
    """Leave the matches of records to the job."""
    rows = [{"record_id": record_id, "refreshed_on": DEFERRED_ON} for record_id in sorted(ids)]
    upsert_all(db.session, MatchProgress, rows, key=["record_id"], update=["refreshed_on"])


def _score(needs: Iterable[NeedProfile], products: Iterable[ProductProfile]) -> Scores:
    day = today()
    products = list(products)
    pairs = ((need, product, score_match(need, product, day)) for need in needs for product in products)
    return {(need.id, product.id): score for need, product, score in pairs if score.points >= LEAST_POINTS}


def _candidates(
    profile: NeedProfile | ProductProfile, *, is_need: bool, most: int | None
) -> tuple[Sequence[int], bool]:
    """Return the needs, or else products, whose keys are close enough to those of a profile, and whether these are all.

    With `most`, the closest ones.
    """
    weight = sa.func.sum(MatchKey.weight)
    stmt = (
        sa.select(MatchKey.record_id)
        .where(MatchKey.key.in_(list(keys_of(profile))), MatchKey.is_need.is_(is_need))
        .group_by(MatchKey.record_id)
        .having(weight >= LEAST_KEY_WEIGHT)
        .order_by(weight.desc(), MatchKey.record_id)
    )
    ids = db.session.scalars(stmt if most is None else stmt.limit(most + 1)).all()
    return ids[:most], most is None or len(ids) <= most


def _store_keys(ids: Collection[int], profiles: Sequence[NeedProfile | ProductProfile]) -> None:
    """Replace the keys of records, and note that their matches are of today."""
    db.session.execute(sa.delete(MatchKey).where(MatchKey.record_id.in_(ids)))
    rows = [
        {"record_id": profile.id, "key": key, "weight": weight, "is_need": isinstance(profile, NeedProfile)}
        for profile in profiles
        for key, weight in keys_of(profile).items()
    ]
    if rows:
        db.session.execute(sa.insert(MatchKey), rows)
    rows = [{"record_id": record_id, "refreshed_on": today()} for record_id in sorted(ids)]
    upsert_all(db.session, MatchProgress, rows, key=["record_id"], update=["refreshed_on"])


def _store(scores: Scores, affected: sa.ColumnElement[bool]) -> None:
    """Make the affected matches equal these scores; those that stay keep their id and the time when they were found."""
    match = ProductMatch
    stmt = sa.select(match.id, match.need_id, match.product_id, match.points, match.reasons).where(affected)
    existing = {(row.need_id, row.product_id): row for row in db.session.execute(stmt)}
    former_ids = [existing[pair].id for pair in sorted(existing.keys() - scores.keys())]
    for ids in chunked(former_ids):
        db.session.execute(sa.delete(match).where(match.id.in_(ids)))
    rows = []
    for (need_id, product_id), score in sorted(scores.items(), key=lambda entry: entry[0]):
        reasons = score.to_json()
        former = existing.get((need_id, product_id))
        if former is None or (former.points, former.reasons) != (score.points, reasons):
            row = {"need_id": need_id, "product_id": product_id, "points": score.points, "reasons": reasons}
            rows.append(row | {"found_at": clock.now()})
    # Another request may insert the same pairs at the same time.
    upsert_all(db.session, match, rows, key=["need_id", "product_id"], update=["points", "reasons"])


def rebuild_matches() -> int:
    """Compute all keys and matches again, and return how many matches there are."""
    needs, products = rebuild_keys()
    index = ProductIndex.build(products)
    # Needs with the same words match the same products, which are then still in the processor's cache.
    needs.sort(key=attrgetter("title"))
    count = 0
    for portion in chunked(needs):
        matches = find_matches(portion, index, today(), LEAST_POINTS)
        scores = {(need_id, product_id): score for need_id, product_id, score in matches}
        _store(scores, ProductMatch.need_id.in_([need.id for need in portion]))
        count += len(scores)
    _store({}, ProductMatch.need_id.not_in(sa.select(Need.id).where(Need.state.in_(OPEN_NEEDS))))
    return count


def rebuild_keys() -> tuple[list[NeedProfile], list[ProductProfile]]:
    """Store the keys of all needs and products again, and return the profiles."""
    need_ids, product_ids = (db.session.scalars(sa.select(cls.id)).all() for cls in (Need, Product))
    needs = [profile for ids in chunked(need_ids) for profile in load_needs(ids)]
    products = [profile for ids in chunked(product_ids) for profile in load_products(ids)]
    profiles: dict[int, NeedProfile | ProductProfile] = {row.id: row for row in needs}
    profiles |= {row.id: row for row in products}
    for ids in chunked([*need_ids, *product_ids]):
        _store_keys(ids, [profiles[i] for i in ids if i in profiles])
    return needs, products


def list_due(limit: int) -> list[int]:
    """Return records whose matches are to be computed: those postponed, else needs computed before today."""
    postponed = sa.select(MatchProgress.record_id).where(MatchProgress.refreshed_on == DEFERRED_ON).limit(limit)
    ids = list(db.session.scalars(postponed))
    older = (
        sa.select(MatchProgress.record_id)
        .join(Need, Need.id == MatchProgress.record_id)
        .where(MatchProgress.refreshed_on.between(DEFERRED_ON + timedelta(days=1), today() - timedelta(days=1)))
        .where(Need.needed_by.is_not(None))
        .limit(limit)
    )
    return ids or list(db.session.scalars(older))


DEFERRED_ON = date(1900, 1, 1)
"""The day that marks records whose matches a job computes."""
