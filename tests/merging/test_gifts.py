"""Gifts to two records that are one: together they may be more than the limit of a year allows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crm.compliance.policy import GiftDirection, GiftKind, GiftState
from crm.compliance.services import save_gift
from crm.merging.services import unmerge
from tests.factories import organization, person
from tests.merging.lookups import merge

VALUES = {
    "direction": GiftDirection.by_us,
    "kind": GiftKind.gift,
    "description": "Tea set",
    "purpose": "Spring Festival",
    "amount": Decimal(5),
    "currency": "USD",
    "occasion_id": None,
}
WITHIN, ABOVE = GiftState.not_needed, GiftState.needs_approval


@pytest.mark.parametrize("kind", ["person", "organization"])
def test_merge_checks_the_limit_of_the_year(clara, kind, clock):
    make = person if kind == "person" else organization
    first, second = make("Zhao"), make("Chao")

    def log_gift(to, *day: int):
        ids = {"person_id": None, "organization_id": None, f"{kind}_id": to.id}
        return save_gift(clara, VALUES | ids | {"given_on": date(*day), "user_id": clara.id})

    gifts = [log_gift(to, 2026, month, 1) for to in (first, second) for month in (1, 2, 3)]
    last_year = log_gift(second, 2025, 1, 1)
    assert {gift.state for gift in gifts} == {WITHIN}
    merged = merge(clara, first, second)
    assert [gift.state for gift in (*gifts, last_year)] == [WITHIN, WITHIN, ABOVE, WITHIN, WITHIN, ABOVE, WITHIN]
    unmerge(clara, merged)
    assert {gift.state for gift in gifts} == {WITHIN}
