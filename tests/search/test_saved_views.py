"""Saved views: tabs of their list, the default of a list, and their editing."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.search.models import SavedView


@pytest.fixture
def anna(client, people):
    return client.login_as("anna")


def save(web, name: str, address: str, **more: str) -> SavedView:
    web.post("/views", data={"name": name, "address": address, **more})
    return db.session.scalars(sa.select(SavedView).where(SavedView.name == name)).one()


def test_saved_view_is_a_tab_of_its_list_alone(anna, client):
    save(anna, "Chinese firms", "/organizations/?country=CN&columns=name,city", shared="y")
    page = anna.get("/organizations/?columns=name,city&country=CN").text
    link = '<a href="/organizations/?country=CN&amp;columns=name%2Ccity" aria-current="true">Chinese firms'
    assert link in " ".join(page.split())
    assert "Chinese firms" not in anna.get("/people/").text.split('<nav class="tabs"')[1].split("</nav>")[0]
    assert "Chinese firms" in client.login_as("clara").get("/organizations/").text


def test_list_opens_with_the_default_view_of_its_user(anna, client):
    save(anna, "Mine", "/organizations/?mine=1", shared="y", is_default="y")
    answer = anna.get("/organizations/")
    assert (answer.status_code, answer.location) == (303, "/organizations/?mine=1")
    assert 'href="/organizations/?view="' in anna.get("/organizations/?view=").text
    assert client.login_as("clara").get("/organizations/").status_code == 200


def test_only_one_view_is_the_default_of_a_list(anna):
    first = save(anna, "Mine", "/organizations/?mine=1", is_default="y")
    other_list = save(anna, "My people", "/people/?mine=1", is_default="y")
    second = save(anna, "China", "/organizations/?country=CN", is_default="y")
    assert (first.is_default, second.is_default, other_list.is_default) == (False, True, True)


def test_saving_under_the_same_name_replaces_filters_and_columns(anna):
    view = save(anna, "China", "/organizations/?country=CN")
    assert save(anna, "China", "/organizations/?country=CN&columns=name,region").id == view.id
    assert view.query == "country=CN&columns=name%2Cregion"


def test_view_is_renamed_shared_and_made_the_default(anna, client, people):
    view = save(anna, "China", "/organizations/?country=CN")
    answer = anna.post(f"/views/{view.id}", data={"name": "PRC", "shared": "y", "is_default": "y"})
    assert answer.status_code == 303
    assert (view.name, view.team_id is not None, view.is_default) == ("PRC", True, True)
    assert "PRC" in anna.get("/views").text
    assert client.login_as("clara").get(f"/views/{view.id}").status_code == 404
