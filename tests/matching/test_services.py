"""Matches follow from their records; decisions stay."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.core.data.record import archive_record, restore_record
from crm.core.errors import Invalid
from crm.core.policy import SYSTEM
from crm.matching import services
from crm.matching.facts import load_products
from crm.matching.models import MatchProgress, ProductMatch
from crm.matching.policy import DismissReason, MatchState
from crm.matching.queries import list_matches
from crm.matching.scoring import Amount
from crm.matching.services import watch
from crm.opportunities.services import add_opportunity
from crm.organizations.models import OrganizationSector
from crm.products.services import save_product
from crm.projects.policy import NeedState
from crm.projects.services import set_need_state
from tests.factories import product, sector
from tests.matching.conftest import refreshed


def stored() -> dict[tuple[int, int], tuple[object, ...]]:
    stmt = sa.select(ProductMatch.need_id, ProductMatch.product_id, ProductMatch.points, ProductMatch.reasons)
    return {(need, item): (points, str(reasons)) for need, item, points, reasons in db.session.execute(stmt)}


def test_match_appears_changes_and_disappears_with_its_records(need, meter, match):
    found_at, points = match.found_at, match.points
    save_product(SYSTEM, {"client_id": meter.client_id, "hs6": "902830"}, meter)
    lower = refreshed().get((need.id, meter.id))
    assert lower is None or (lower.points < points and lower.found_at == found_at)
    save_product(SYSTEM, {"client_id": meter.client_id, "hs6": "902820"}, meter)
    assert refreshed()[need.id, meter.id].points == points
    set_need_state(need, NeedState.filled)
    assert refreshed() == {}


def test_rebuild_equals_what_changes_computed(need, meter, match, actor):
    product(name="Apples, fresh", hs6="080810")
    product(name="Water meter, ultrasonic", description="Smart meter for water", hs6=None)
    refreshed()
    before = stored()
    services.rebuild_matches()
    assert stored() == before
    db.session.execute(sa.delete(ProductMatch))
    services.rebuild_matches()
    assert stored() == before


def test_change_of_a_client_refreshes_the_matches_of_its_products(match, meter):
    db.session.execute(sa.update(ProductMatch).values(points=1))
    db.session.add(OrganizationSector(organization_id=meter.client_id, sector_id=sector("Water").id))
    assert next(iter(refreshed().values())).points > 1


def test_capacity_is_compared_as_it_was_entered(people):
    row = product(name="Valve", capacity_number=Decimal("500.00"), capacity_unit="pcs a month")
    (profile,) = load_products([row.id])
    assert profile.capacity == Amount(500, "piece", "month", "500 pcs a month")


def test_request_compares_the_closest_pairs_and_the_job_the_others(monkeypatch, need, meter, match):
    found_at = match.found_at
    for number in range(3):
        product(name=f"Water meter {number}", description="Meter", hs6="902820")
    refreshed()
    whole = stored()
    assert len(whole) == 4
    db.session.execute(sa.delete(ProductMatch).where(ProductMatch.product_id != meter.id))
    monkeypatch.setattr(watch, "MAX_PAIRS", 2)
    need.quantity = "10 sets"
    assert len(refreshed()) == 2
    assert services.list_due(10) == [need.id]
    for record_id in services.list_due(10):
        services.refresh_records([record_id], [record_id])
    assert (stored().keys(), services.list_due(10)) == (whole.keys(), [])
    assert refreshed()[need.id, meter.id].found_at == found_at


def test_many_changes_are_left_to_the_job(monkeypatch, need, meter):
    monkeypatch.setattr(watch, "MAX_AT_ONCE", 1)
    assert refreshed() == {}
    assert set(services.list_due(10)) == {need.id, meter.id}
    for record_id in services.list_due(10):
        services.refresh_records([record_id], [record_id])
    assert set(stored()) == {(need.id, meter.id)}
    assert services.list_due(10) == []


def test_needs_with_a_date_are_computed_again_each_day(clock, need, meter, match):
    assert services.list_due(10) == []
    clock.forward(days=1)
    assert services.list_due(10) == []
    today = business_clock.now().date()
    need.needed_by = today
    db.session.execute(sa.update(MatchProgress).values(refreshed_on=today))
    db.session.flush()
    clock.forward(days=1)
    assert services.list_due(10) == [need.id]


def test_archived_records_have_no_matches_until_they_are_restored(actor, need, meter, match):
    anna = actor("anna")
    archive_record(meter, "Discontinued")
    db.session.flush()
    assert list_matches(anna, of="need", record_id=need.id) == []
    restore_record(meter)
    db.session.flush()
    assert [row.id for row in list_matches(anna, of="need", record_id=need.id)] == [match.id]


def test_dismissed_match_stays_dismissed_when_it_is_computed_again(actor, need, meter, match):
    anna = actor("anna")
    with pytest.raises(Invalid):
        services.dismiss_match(anna, need.id, meter.id, DismissReason.other)
    services.dismiss_match(anna, need.id, meter.id, DismissReason.specification, "DN400 needed")
    services.rebuild_matches()
    assert list_matches(anna, of="need", record_id=need.id) == []
    services.reopen_match(need.id, meter.id)
    assert len(list_matches(anna, of="need", record_id=need.id)) == 1


def test_opportunity_of_a_need_and_a_product_accepts_their_match(actor, need, meter, match):
    anna = actor("anna")
    row = add_opportunity(anna, {"client_id": meter.client_id, "need_id": need.id, "product_id": meter.id})
    (accepted,) = list_matches(anna, of="product", record_id=meter.id)
    assert (accepted.state, accepted.opportunity_id) == (MatchState.accepted, row.id)
