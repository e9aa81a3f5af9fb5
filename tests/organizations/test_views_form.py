"""The form of an organization: names, roles, team, counselor, parent."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.organizations.models import Client, Organization
from crm.organizations.policy import ClientStatus, OrganizationRole
from crm.organizations.queries import list_aliases, list_organization_sectors, load_roles
from crm.records.queries import tags_of
from tests.factories import client_of, sector
from tests.fixtures.forms import chosen_in

XSS = "<script>alert('x')</script>"


def load_organization(name):
    return db.session.scalars(sa.select(Organization).where(Organization.name == name)).one()


@pytest.mark.parametrize(("user_name", "default_counselor"), [("anna", "anna"), ("clara", "clara"), ("nora", None)])
def test_new_organization_defaults_to_the_users_own_counselor(client, people, user_name, default_counselor):
    chosen = chosen_in(client.login_as(user_name).get("/organizations/new").text, "counselor_id")
    assert chosen == (str(people[default_counselor].id) if default_counselor else "")


def test_cleared_counselor_stays_empty_after_an_error(client, people):
    answer = client.login_as("anna").post("/organizations/new", data={"counselor_id": "", "website": "not an address"})
    assert (answer.status_code, chosen_in(answer.text, "counselor_id")) == (422, "")


def change(client, organization, **values):
    return client.post(
        f"/organizations/{organization.id}/edit",
        data={"name": organization.label, "version": organization.version, **values},
    )


@pytest.mark.parametrize(
    ("user_name", "counselor_name", "status"),
    [("dora", "anna", 422), ("anna", "anna", 303), ("clara", "anna", 303), ("nora", "anna", 303), ("dora", None, 303)],
)
def test_counselor_and_managers_can_share_a_client(client, people, user_name, counselor_name, status):
    organization = client_of("Inland", "Tri-Valley", counselor=people[counselor_name] if counselor_name else None)
    team_id = organization.team_id
    answer = change(client.login_as(user_name), organization, roles=["prime"])
    assert answer.status_code == status
    assert ("Only the counselor or a manager can share a client" in answer.text) is (status == 422)
    assert organization.team_id == (team_id if status == 422 else None)


def test_counselor_and_managers_can_move_a_client_to_another_team(client, people):
    organization, bay = (
        client_of("Bay", "Tri-Valley", counselor=people["shen"]),
        client_of("Bay", counselor=people["boris"]),
    )
    inland = client_of("Inland").team_id
    client.login_as("shen")
    assert (
        change(client, organization, roles=["client"], team_id=inland, counselor_id=people["shen"].id).status_code
        == 303
    )
    refused = change(client, bay, roles=["client"], team_id=inland)
    assert (refused.status_code, "Only the counselor or a manager can change the team." in refused.text) == (422, True)
    assert (organization.team_id, bay.team_id == inland) == (inland, False)
    assert change(client.login_as("nora"), bay, roles=["client"], team_id=inland, counselor_id="").status_code == 303


def test_organization_is_created_with_all_values(client, people, own_client):
    water = sector("Water")
    data = {
        "name": "Huayue Water",
        "native_name": "华岳水务",
        "roles": ["prime", "distributor"],
        "country": "CN",
        "city": "Ningbo",
        "website": "huayue.example",
        "aliases-0-kind": "acronym",
        "aliases-0-name": "HYW",
        "sectors": [water.id],
        "parent_id": own_client.id,
        "parent_share": "51",
        "tags": "water, FDA",
        "emails-0-label": "work",
        "emails-0-raw": "info@huayue.example.org",
        "phones-0-label": "work",
        "phones-0-raw": "0574 8765 4321",
        "wechat": "hyw",
        "read_first": XSS,
    }
    answer = client.login_as("anna").post("/organizations/new", data=data)
    assert answer.status_code == 303
    organization = load_organization("Huayue Water")
    assert answer.headers["Location"] == f"/organizations/{organization.id}"
    assert (organization.team_id, organization.parent_share, organization.zone, organization.website) == (
        None,
        Decimal(51),
        "Asia/Shanghai",
        "https://huayue.example",
    )
    assert load_roles([organization.id])[organization.id] == [OrganizationRole.prime, OrganizationRole.distributor]
    assert [name for _kind, name in list_aliases(organization.id)] == ["HYW"]
    assert list_organization_sectors(organization.id) == [(water.id, "Water")]
    assert tags_of([organization.id])[organization.id] == ["FDA", "water"]
    page = client.get(answer.headers["Location"]).text
    assert XSS not in page
    assert f'href="/organizations/{own_client.id}">{own_client.name}</a> <span class="dim">51%</span>' in page
    assert "HYW (acronym)" in page
    for text in ("华岳水务", "info@huayue.example.org", "hyw", "Water", "FDA", "&lt;script&gt;"):
        assert text in page
    edit = client.get(f"/organizations/{organization.id}/edit").text
    for text in ('value="HYW"', 'value="FDA, water"', 'value="0574 8765 4321"', 'value="51"', "Tri-Valley"):
        assert text in edit, text


@pytest.mark.parametrize(("name", "native"), [("", "华岳水务"), ("Huayue", "")])
def test_name_in_one_script_is_enough(client, people, name, native):
    answer = client.login_as("anna").post("/organizations/new", data={"name": name, "native_name": native})
    assert answer.status_code == 303
    assert (name or native) in client.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "", "native_name": " "},
        {"name": "x" * 10_000},
        {"website": "javascript:alert(1)"},
        {"country": "XX"},
        {"parent_share": "101"},
        {"parent_share": "1e99"},
        {"parent_id": "999999"},
        {"roles": "emperor"},
        {"sectors": "999"},
        {"team_id": "999"},
        {"counselor_id": "999"},
        {"emails-0-raw": "nobody"},
        {"aliases-0-kind": "x", "aliases-0-name": "y"},
    ],
    ids=str,
)
def test_invalid_values_are_shown_and_not_saved(client, people, own_client, wrong):
    client.login_as("anna")
    data = {"name": "Typed", "city": "Typed city", "version": own_client.version, "roles": "client"} | wrong
    for url in ("/organizations/new", f"/organizations/{own_client.id}/edit"):
        answer = client.post(url, data=data)
        assert answer.status_code == 422, url
        assert 'value="Typed city"' in answer.text
        assert 'role="alert"' in answer.text
    db.session.refresh(own_client)
    assert (own_client.name, own_client.city) == ("Tri-Valley", "Fresno")
    assert db.session.scalar(sa.select(sa.func.count(Organization.id))) == 1


def test_new_client_belongs_to_a_team_of_the_actor(client, people):
    client.login_as("anna").post("/organizations/new", data={"name": "A", "roles": "client"})
    organization = load_organization("A")
    assert (organization.team_id, organization.counselor_id) == (client_of("Inland").team_id, people["anna"].id)
    assert db.session.get(Client, organization.id).status is ClientStatus.pre_client
    answer = client.login_as("nora").post("/organizations/new", data={"name": "B", "roles": "client"})
    assert answer.status_code == 422
    assert "Choose a team for this client." in answer.text


def test_colleague_cannot_change_the_counselor(client, people, own_client):
    client.login_as("dora")
    page = client.get(f"/organizations/{own_client.id}/edit").text
    assert 'name="counselor_id"' not in page
    data = {"name": "Tri-Valley", "roles": "client", "version": own_client.version, "counselor_id": people["dora"].id}
    assert client.post(f"/organizations/{own_client.id}/edit", data=data).status_code == 303
    assert own_client.counselor_id == people["anna"].id


def test_organization_cannot_be_its_own_parent(client, people, own_client):
    data = {"name": "Tri-Valley", "roles": "client", "version": own_client.version, "parent_id": own_client.id}
    assert client.login_as("anna").post(f"/organizations/{own_client.id}/edit", data=data).status_code == 422


@pytest.mark.parametrize(
    ("typed", "saved", "warning"),
    [
        ("9144 0300 7084 6113 6t", "91440300708461136T", ""),
        ("91350211M0000XUF46", "91350211M0000XUF46", "The USCC check digit doesn&#39;t match."),
        ("9144030070846113", "9144030070846113", "A USCC has 18 characters."),
    ],
)
def test_invalid_uscc_is_saved_with_a_warning(client, people, own_client, typed, saved, warning):
    assert change(client.login_as("anna"), own_client, uscc=typed).status_code == 303
    page = client.get(f"/organizations/{own_client.id}").text
    assert (saved in page, '<span class="warn">' in page, warning in page) == (True, bool(warning), True)
