"""Gifts of anna."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crm.compliance.policy import GiftDirection, GiftKind
from crm.compliance.services import save_gift
from crm.people.policy import OfficialKind
from tests.factories import affiliation, organization, person


@pytest.fixture
def bureau(people):
    return organization("Digital City Bureau")


@pytest.fixture
def zhao(bureau):
    """Return an official of the bureau."""
    row = person("Zhao", "Jianguo")
    affiliation(row, bureau, title="Director", official=OfficialKind.official)
    return row


@pytest.fixture
def log_gift(actor, clock):
    """Return a function that logs a gift, of anna unless another user is named."""

    def save(to=None, usd="30", by="anna", **more):
        values = {
            "direction": GiftDirection.by_us,
            "kind": GiftKind.gift,
            "given_on": date(2026, 3, 2),
            "person_id": to.id if to is not None else None,
            "organization_id": None,
            "user_id": actor(by).id,
            "description": "Tea set",
            "purpose": "Spring Festival",
            "amount": Decimal(usd),
            "currency": "USD",
            "occasion_id": None,
        }
        return save_gift(actor(by), values | more)

    return save
