"""Products follow the team and the name of their client, and of no other one."""

from __future__ import annotations

from crm.core.policy import SYSTEM
from crm.organizations.services import change_organization
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
