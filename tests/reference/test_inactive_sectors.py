"""Sectors that administrators no longer offer, and records that have them."""

from __future__ import annotations

import re
from html import unescape

import pytest

from crm.core.data.base import db
from crm.organizations.queries import list_organization_sectors
from crm.projects.queries import list_sectors
from crm.projects.services import add_project
from tests.factories import organization, sector

CHECKED = re.compile(r'<input name="sectors"[^>]* value="(\d+)" checked')


@pytest.fixture
def retired(people):
    """Return a sector that isn't active any more."""
    row = sector(name="Fax machines", active=False)
    db.session.flush()
    return row


def test_organization_and_project_keep_it_when_they_are_edited(client, actor, retired):
    company = organization("Old Works", sectors=[retired])
    lead = add_project(actor("clara"), {"name": "Old Plant", "sectors": [retired.id]})
    web = client.login_as("clara")
    for path, name in ((f"/organizations/{company.id}/edit", "Old Works"), (f"/projects/{lead.id}/edit", "Old Plant")):
        page = web.get(path).text
        version = re.search(r'name="version"[^>]*value="(\d+)"', page)[1]
        fields = {"name": name, "sectors": CHECKED.findall(page), "version": version, "currency": "USD"}
        assert web.post(path, data=fields | {"bid_time": "17:00"}).status_code == 303, path
    assert list_organization_sectors(company.id) == [(retired.id, "Fax machines")]
    assert list_sectors(lead.id) == [(retired.id, "Fax machines")]


def test_forms_of_new_records_and_of_others_do_not_offer_it(client, retired):
    other = organization("New Works")
    web = client.login_as("clara")
    for path in ("/organizations/new", "/projects/new", f"/organizations/{other.id}/edit"):
        assert "Fax machines" not in web.get(path).text, path


@pytest.mark.parametrize("path", ["/organizations/", "/projects/", "/opportunities/"])
def test_lists_can_be_filtered_by_it(client, retired, path):
    organization("Old Works", sectors=[retired])
    answer = client.login_as("clara").get(f"{path}?sector={retired.id}")
    assert answer.status_code == 200
    assert "Fax machines" in unescape(answer.text)
