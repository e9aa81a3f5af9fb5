"""Leads without a client, for those who may not see every opportunity."""

from __future__ import annotations

from crm.core.policy import SYSTEM
from crm.projects.services import add_project
from tests.factories import client_of
from tests.factories.opportunities import make_opportunity


def test_confidential_opportunity_does_not_take_its_project_off_the_leads_of_others(client, people):
    project = add_project(SYSTEM, {"name": "Water plant"})
    organization = client_of("Inland", "Tri-Valley", counselor=people["anna"])
    row = make_opportunity(organization, project_id=project.id, counselor=people["anna"], confidential=True)
    pages = {name: client.login_as(name).get("/reports/leads").text for name in ("anna", "clara", "dora", "boris")}
    assert {name for name, page in pages.items() if "Water plant" in page} == {"dora", "boris"}
    row.confidential = False
    assert "Water plant" not in client.login_as("dora").get("/reports/leads").text
