"""Merging products moves decisions about their matches; un-merge brings everything back."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.matching import services
from crm.matching.models import MatchDecision
from crm.matching.policy import DismissReason
from crm.matching.queries import list_matches
from crm.merging.queries import build_plan
from crm.merging.services import merge_records, unmerge
from crm.organizations.models import Organization
from tests.factories import product
from tests.matching.conftest import refreshed


def test_merged_product_takes_the_decisions_and_returns_them(actor, need, meter, match):
    anna = actor("anna")
    duplicate = product(db.session.get_one(Organization, meter.client_id), name="Ultrasonic water meter", hs6="902820")
    before = {pair: row.points for pair, row in refreshed().items()}
    services.dismiss_match(anna, need.id, duplicate.id, DismissReason.capacity)
    merge = merge_records(SYSTEM, build_plan(SYSTEM, meter, duplicate, {}))
    refreshed()
    assert db.session.scalars(sa.select(MatchDecision.product_id)).all() == [meter.id]
    assert list_matches(anna, of="need", record_id=need.id) == []
    unmerge(SYSTEM, merge)
    assert {pair: row.points for pair, row in refreshed().items()} == before
    assert db.session.scalars(sa.select(MatchDecision.product_id)).all() == [duplicate.id]
    assert [row.product.id for row in list_matches(anna, of="need", record_id=need.id)] == [meter.id]
