"""Products follow the team and the name of their client, and of no other one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from crm.core.errors import Invalid
from crm.core.policy import SYSTEM
from crm.organizations.services import change_organization
from crm.products.services import change_products, save_product
from tests.factories import client_of, team_id_of
from tests.factories.products import product


def test_product_follows_its_own_client_only(people):
    clients = client_of("Inland", "ClearAir"), client_of("Inland", "Bluewater")
    filters, pumps = (product(client) for client in clients)
    change_organization(SYSTEM, clients[0], {"name": "Purewind", "team_id": team_id_of("Bay")})
    assert (filters.team_id, pumps.team_id) == (team_id_of("Bay"), team_id_of("Inland"))
    assert ("purewind" in filters.tokens, "bluewater" in pumps.tokens, "purewind" in pumps.tokens) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"hs6": "902680", "naics": "332911"}, None),
        ({"hs6": "90268"}, "hs6"),
        ({"hs6": "9026800"}, "hs6"),
        ({"naics": "33291"}, "naics"),
        ({"naics": "3329110"}, "naics"),
    ],
)
def test_codes_have_six_digits(people, actor, values, field):
    row = product(client_of("Inland"))
    if field:
        for change in (
            lambda: save_product(actor("anna"), values | {"client_id": row.client_id}, row),
            lambda: change_products(actor("anna"), [row.id], values),
        ):
            with pytest.raises(Invalid, match="Enter six digits") as refused:
                change()
            assert refused.value.field == field
    else:
        change_products(actor("anna"), [row.id], values)
        assert (row.hs6, row.naics) == ("902680", "332911")


@pytest.mark.parametrize(("name", "value"), [("capacity_number", Decimal("-0.01")), ("said_on", date(2026, 3, 11))])
def test_negative_capacity_and_classification_of_a_later_day_are_refused(name, value, people, actor, clock):
    row = product(client_of("Inland"))
    for change in (
        lambda: save_product(actor("anna"), {name: value, "client_id": row.client_id}, row),
        lambda: change_products(actor("anna"), [row.id], {name: value}),
    ):
        with pytest.raises(Invalid) as refused:
            change()
        assert refused.value.field == name
    save_product(actor("anna"), {"said_on": date(2026, 3, 10), "capacity_number": 0, "client_id": row.client_id}, row)
    clock.set(datetime(2026, 3, 9, 17, tzinfo=UTC))
    save_product(actor("anna"), {"said_on": row.said_on, "client_id": row.client_id}, row)
