"""The factories create the same rows as the services."""

from __future__ import annotations

from crm.organizations.policy import ClientStatus, OrganizationRole
from crm.organizations.queries import get_client, load_roles
from tests.factories import (
    archived,
    client_of,
    holder,
    organization,
    owner,
    person,
    post,
    post_role,
    prime,
    product,
    reachable,
    relation,
    representation,
    sector,
    team_id_of,
)


def test_client_has_team_role_and_details(session, people):
    row = client_of("Inland", "Tri-Valley Sensors", counselor=people["anna"])
    assert (row.label, row.team_id, row.counselor_id) == (
        "Tri-Valley Sensors",
        team_id_of("Inland"),
        people["anna"].id,
    )
    assert load_roles([row.id]) == {row.id: [OrganizationRole.client]}
    assert get_client(row.id).status is ClientStatus.client


def test_person_gets_the_team_of_the_position(session, people):
    assert person("Li", "Wei", organization=client_of("Bay")).team_id == team_id_of("Bay")
    assert person("Li", "Wei", organization=organization()).team_id is None
    assert person("Li", "Wei", team="Valley").team_id == team_id_of("Valley")


def test_confidential_record_has_its_readers(session, people):
    row = client_of("Bay", confidential=True, readers=[people["anna"]])
    assert row.confidential
    assert row.reader_ids == {people["anna"].id}


def test_other_factories_create_rows(session, people):
    consulate = post("Consulate Shanghai", code="SHA")
    row = [
        prime(),
        product(name="Sensor"),
        representation(),
        holder(post_role(consulate), person()),
        owner(client_of(), "Family Lee"),
        relation(person(), person()),
        sector("Water"),
        reachable(person(), email="li@example.org", phone="138 0000 0000"),
        archived(organization()),
    ]
    assert all(row.id for row in row)
