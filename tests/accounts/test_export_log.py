"""The log of exports, and which exports had a record."""

from __future__ import annotations

import pytest

from crm.accounts.export_log import list_record_exports, title_of_list
from crm.core.lists import Listing
from crm.features import load_modules
from tests.factories import client_of, organization

pytestmark = pytest.mark.usefixtures("people")


def test_export_log_shows_all_to_administrators_and_own_teams_to_managers(client):
    organization("Huadong Water")
    for name, path in (("anna", "/organizations/?as=csv&q=secret+name"), ("boris", "/people/?as=xlsx")):
        assert client.login_as(name).get(path).data
    logged = {}
    for name in ("admin", "clara", "nora"):
        page = client.login_as(name).get("/exports/").text
        logged[name] = [user for user in ("Anna Reyes", "Boris") if f">{user}" in page.split("<tbody>")[1]]
        assert "secret name" not in page
    assert logged == {"admin": ["Anna Reyes", "Boris"], "clara": ["Anna Reyes"], "nora": ["Anna Reyes", "Boris"]}
    assert client.login_as("anna").get("/exports/").status_code == 403


def test_record_lists_the_exports_that_had_it(client, actor):
    inside, outside = organization("Huadong Water"), organization("Nanling Grid")
    secret = client_of("Inland", "Huadong Secret", confidential=True, counselor=actor("anna"))
    assert client.login_as("anna").get("/organizations/?as=csv&q=huadong").data
    exports = {row.id: [e.text for e in list_record_exports(actor("clara"), row)] for row in (inside, outside, secret)}
    assert exports == {inside.id: ["Organizations, CSV"], outside.id: [], secret.id: []}
    assert list_record_exports(actor("anna"), inside) == []
    assert "Organizations, CSV" in client.login_as("clara").get(f"/records/{inside.id}/history").text


def test_log_shows_the_title_of_every_list():
    listings = [x for module in load_modules("lists") for x in vars(module).values() if isinstance(x, Listing)]
    titles = {x.name: str(x.title) for x in listings if x.name not in ("board", "opportunities_summed")}
    titles |= {"leads": "Leads without a client"}
    assert len(titles) > 15
    assert {name: title_of_list(name) for name in titles} == titles


def test_log_is_filtered_by_the_lists_it_shows(client):
    client.login_as("anna").get("/people/reps/?as=csv")
    page = client.login_as("clara").get("/exports/?list=reps").text
    assert "China reps" in page.split("<tbody>")[1]
