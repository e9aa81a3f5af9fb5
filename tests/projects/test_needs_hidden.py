"""A need of a shared project and a confidential organization."""

from __future__ import annotations

import pytest

from crm.core.policy import SYSTEM
from crm.projects.services import add_project, change_project, save_need
from crm.records.services import set_confidentiality
from tests.factories import client_of


@pytest.fixture
def water(people):
    """Return a shared project."""
    return add_project(SYSTEM, {"name": "Water plant"})


def test_need_of_a_confidential_client_and_a_shared_project_is_hidden(client, people, water):
    organization = client_of("Inland", "Tri-Valley", counselor=people["anna"], confidential=True)
    need = save_need(SYSTEM, {"title": "Valves", "project_id": water.id, "organization_id": organization.id})
    change_project(SYSTEM, water, {"name": "Water works"})
    statuses = {name: client.login_as(name).get(f"/projects/needs/{need.id}").status_code for name in ("anna", "dora")}
    assert statuses == {"anna": 200, "dora": 404}


def test_need_follows_a_client_that_becomes_confidential(client, people, water):
    organization = client_of("Inland", "Tri-Valley", counselor=people["anna"])
    need = save_need(SYSTEM, {"title": "Valves", "project_id": water.id, "organization_id": organization.id})
    assert client.login_as("boris").get(f"/projects/needs/{need.id}").status_code == 200
    set_confidentiality(organization, confidential=True, readers=[])
    assert client.get(f"/projects/needs/{need.id}").status_code == 404
    set_confidentiality(organization, confidential=False, readers=[])
    assert client.get(f"/projects/needs/{need.id}").status_code == 200


def test_need_that_gets_a_confidential_client_is_hidden(client, people, water):
    need = save_need(SYSTEM, {"title": "Valves", "project_id": water.id})
    organization = client_of("Inland", "Tri-Valley", counselor=people["anna"], confidential=True)
    save_need(SYSTEM, {"title": "Valves", "organization_id": organization.id}, need)
    assert client.login_as("dora").get(f"/projects/needs/{need.id}").status_code == 404


def test_need_of_a_confidential_client_stays_hidden_when_it_moves(client, people, water):
    secret = client_of("Inland", "Tri-Valley", counselor=people["anna"], confidential=True)
    need = save_need(SYSTEM, {"title": "Valves for Tri-Valley", "organization_id": secret.id})
    save_need(SYSTEM, {"title": "Valves", "project_id": water.id, "organization_id": None}, need)
    change_project(SYSTEM, water, {"name": "Water works"})
    paths = (f"/projects/needs/{need.id}", f"/records/{need.id}/history")
    statuses = {name: [client.login_as(name).get(path).status_code for path in paths] for name in ("anna", "dora")}
    assert statuses == {"anna": [200, 200], "dora": [404, 404]}
