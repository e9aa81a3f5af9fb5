"""Who may change counselor, team and roles of an organization, and with which result."""

from __future__ import annotations

import pytest

from crm.core.errors import Invalid
from crm.organizations.policy import OrganizationRole
from crm.organizations.services import add_organization, change_organization
from tests.factories import client_of, make_confidential, organization

CLIENT, PRIME = {OrganizationRole.client}, {OrganizationRole.prime}


@pytest.fixture
def client_of_anna(people):
    return client_of("Inland", "Tri-Valley", counselor=people["anna"])


@pytest.mark.parametrize(
    ("by", "message"), [("dora", "Only the counselor or a manager can reassign this"), ("anna", ""), ("clara", "")]
)
def test_counselor_and_manager_reassign_an_organization(actor, people, client_of_anna, by, message):
    values = {"counselor_id": people["clara"].id}
    if message:
        with pytest.raises(Invalid, match=message):
            change_organization(actor(by), client_of_anna, values)
    else:
        change_organization(actor(by), client_of_anna, values)
    expected = people["anna"].id if message else people["clara"].id
    assert client_of_anna.counselor_id == expected
    change_organization(actor("dora"), client_of_anna, {"counselor_id": expected, "city": "Fresno"})
    assert client_of_anna.city == "Fresno"


def test_manager_makes_a_shared_organization_a_client_and_its_counselor_a_client_shared(actor, people):
    shared = organization("Shared", counselor=people["anna"])
    for name in ("anna", "dora"):
        with pytest.raises(Invalid, match="Ask a manager to make this shared organization a client"):
            change_organization(actor(name), shared, {}, roles=CLIENT)
    change_organization(actor("dora"), shared, {}, roles=PRIME)
    assert shared.team_id is None
    change_organization(actor("clara"), shared, {}, roles=CLIENT)
    assert shared.team_id == actor("anna").first_team_id
    with pytest.raises(Invalid, match="Keep “Client” selected"):
        change_organization(actor("dora"), shared, {}, roles=PRIME)
    with pytest.raises(Invalid, match="can change the team"):
        change_organization(actor("dora"), shared, {"team_id": actor("boris").first_team_id})
    change_organization(actor("dora"), shared, {"team_id": shared.team_id, "city": "Fresno"})
    change_organization(actor("anna"), shared, {}, roles=PRIME)
    assert shared.team_id is None


def test_confidential_organization_stays_a_client(actor, people, client_of_anna):
    make_confidential(client_of_anna)
    with pytest.raises(Invalid, match="A confidential organization must stay a client"):
        change_organization(actor("anna"), client_of_anna, {}, roles=PRIME)
    change_organization(actor("anna"), client_of_anna, {}, roles=CLIENT | PRIME)
    assert client_of_anna.team_id == actor("anna").first_team_id


@pytest.mark.parametrize(
    ("by", "team", "message"),
    [
        ("anna", None, ""),
        ("anna", "anna", ""),
        ("anna", "boris", "Choose one of your teams"),
        ("shen", "boris", ""),
        ("nora", "boris", ""),
        ("nora", None, "Choose a team for this client"),
    ],
)
def test_new_client_belongs_to_an_own_team(actor, people, by, team, message):
    team_id = actor(team).first_team_id if team else None
    values = {"name": "New client", "team_id": team_id, "counselor_id": None}
    if message:
        with pytest.raises(Invalid, match=message):
            add_organization(actor(by), values, roles=CLIENT)
    else:
        row = add_organization(actor(by), values, roles=CLIENT)
        assert row.team_id == (team_id or actor(by).first_team_id)
