"""What a change computes at once, what it leaves to the job, and what it doesn't touch."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.core.data.record import Record
from crm.matching import services
from crm.matching.models import MatchKey, ProductMatch
from crm.matching.services import refresh, watch
from crm.organizations.models import Organization
from crm.projects.models import Need
from crm.projects.policy import NeedState
from tests.factories import product, representation
from tests.matching.conftest import refreshed
from tests.matching.lookups import DEFERRED_ON, copy_need, progress, set_points

METER = {"name": "Ultrasonic water meter", "hs6": "902820"}


def meters(count: int) -> list[int]:
    return [product(**METER).id for _number in range(count)]


def keys() -> set[tuple[int, str, int, bool]]:
    return {tuple(row) for row in db.session.execute(sa.select(*MatchKey.__table__.c))}


def add_candidates(key: str, count: int) -> None:
    """Add candidates of a key: records that are no products, so that they are counted and not compared."""
    now = business_clock.now()
    row = {"kind": "product", "created_at": now, "changed_at": now}
    rows = [row | {"uid": f"candidate {key} {number}"} for number in range(count)]
    ids = db.session.scalars(sa.insert(Record.__table__).returning(Record.__table__.c.id), rows).all()
    db.session.execute(
        sa.insert(MatchKey), [{"record_id": i, "key": key, "weight": 100, "is_need": False} for i in ids]
    )


# How many pairs


@pytest.mark.parametrize(("more", "due"), [(199, False), (200, True)])
def test_one_changed_need_is_compared_with_the_200_closest_products(need, meter, match, more, due):
    add_candidates("h:9028", more)
    need.quantity = "10 sets"
    refreshed()
    assert services.list_due(10) == [need.id] * due


@pytest.mark.parametrize(("most", "due"), [(4, False), (3, True)])
def test_need_is_done_when_all_its_products_were_compared(monkeypatch, need, meter, match, most, due):
    meters(3)
    refreshed()
    monkeypatch.setattr(watch, "MAX_PAIRS", most)
    need.quantity = "10 sets"
    assert (len(refreshed()), services.list_due(10)) == (4, [need.id] * due)


@pytest.mark.parametrize(("most", "due"), [(4, False), (3, True)])
def test_product_is_done_when_all_its_needs_were_compared(monkeypatch, actor, need, meter, match, most, due):
    for _number in range(3):
        copy_need(actor, need)
    refreshed()
    monkeypatch.setattr(watch, "MAX_PAIRS", most)
    meter.capacity = "10 pcs a month"
    assert (len(refreshed()), services.list_due(10)) == (4, [meter.id] * due)


def test_other_needs_are_no_candidates_of_a_need(monkeypatch, actor, need, meter, match):
    copy_need(actor, need)
    refreshed()
    set_points(1)
    monkeypatch.setattr(watch, "MAX_PAIRS", 1)
    need.quantity = "10 sets"
    assert refreshed()[need.id, meter.id].points > 1
    assert services.list_due(10) == []


def test_pairs_are_shared_among_the_changed_records(monkeypatch, actor, need, meter, match):
    other, (second_id,) = copy_need(actor, need), meters(1)
    refreshed()
    monkeypatch.setattr(watch, "MAX_PAIRS", 4)
    need.quantity = other.quantity = "10 sets"
    refreshed()
    assert services.list_due(10) == []
    monkeypatch.setattr(watch, "MAX_PAIRS", 3)
    need.quantity = other.quantity = "20 sets"
    assert set(refreshed()) == {(row, item) for row in (need.id, other.id) for item in (meter.id, second_id)}
    assert sorted(services.list_due(10)) == [need.id, other.id]


def test_partly_compared_records_leave_the_matches_of_others(monkeypatch, actor, need, meter, match):
    copy_need(actor, need)
    meters(1)
    whole = set(refreshed())
    assert len(whole) == 4
    monkeypatch.setattr(watch, "MAX_PAIRS", 1)
    need.quantity = "10 sets"
    assert set(refreshed()) == whole
    meter.capacity = "10 pcs a month"
    assert set(refreshed()) == whole


@pytest.mark.parametrize(("count", "due"), [(20, 0), (21, 21)])
def test_twenty_changed_records_are_compared_at_once(need, match, count, due):
    ids = meters(count)
    assert len(refreshed()) == 1 + (0 if due else count)
    assert set(services.list_due(99)) == set(ids[:due])


# Least points, keys, decisions by keys


@pytest.mark.parametrize("more", [0, 1])
def test_match_has_at_least_the_least_points(monkeypatch, need, meter, match, more):
    monkeypatch.setattr(refresh, "LEAST_POINTS", match.points + more)
    need.quantity = "10 sets"
    assert len(refreshed()) == 1 - more
    assert services.rebuild_matches() == 1 - more


def test_candidate_shares_exactly_the_least_weight(monkeypatch, need, meter, match):
    weight = {key: weight for _id, key, weight, is_need in keys() if not is_need}
    shared = sum(weight[key] for record_id, key, _weight, _need in keys() if record_id == need.id and key in weight)
    for least, count in ((shared, 1), (shared + 1, 0)):
        monkeypatch.setattr(refresh, "LEAST_KEY_WEIGHT", least)
        need.quantity = f"{least} sets"
        assert len(refreshed()) == count


def test_keys_of_a_changed_record_are_replaced_and_those_of_others_stay(need, meter, match):
    before = keys()
    assert {(record_id, is_need) for record_id, _key, _weight, is_need in before} == {
        (need.id, True),
        (meter.id, False),
    }
    meter.name, meter.hs6 = "Almonds", "080212"
    refreshed()
    after = keys()
    assert {row for row in after if row[0] == need.id} == {row for row in before if row[0] == need.id}
    assert "h:0802" in {row[1] for row in after if row[0] == meter.id}
    assert not {row for row in after if row[0] == meter.id} & before


def test_rebuild_restores_keys_and_progress_and_counts_matches(actor, need, meter, match):
    other = copy_need(actor, need)
    refreshed()
    before = keys()
    db.session.execute(sa.delete(MatchKey))
    for record_id in (need.id, other.id, meter.id):
        progress(record_id, DEFERRED_ON)
    assert services.rebuild_matches() == 2
    assert (keys(), services.list_due(10)) == (before, [])


def test_rebuild_removes_matches_of_closed_needs(actor, need, meter, match):
    other = copy_need(actor, need)
    assert len(refreshed()) == 2
    db.session.execute(sa.update(Need.__table__).where(Need.__table__.c.id == other.id).values(state=NeedState.filled))
    assert services.rebuild_matches() == 1
    db.session.expire_all()
    assert [row.need_id for row in db.session.query(ProductMatch)] == [need.id]


def test_change_of_a_china_rep_refreshes_the_products_of_its_client_only(need, meter, match):
    other = product(**METER)
    owner, other_owner = (db.session.get_one(Organization, row.client_id) for row in (meter, other))
    representation(other_owner)
    refreshed()
    set_points(1)
    representation(owner)
    assert {item: row.points > 1 for (_need, item), row in refreshed().items()} == {meter.id: True, other.id: False}
