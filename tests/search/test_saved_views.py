"""Saved views: saving, sharing and limits, tabs of their list, the default of a list, and their editing."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Team
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


def test_list_opens_without_a_default_view_that_no_longer_fits(anna, people):
    save(anna, "Money first", "/milestones/?columns=name,amount", is_default="y")
    other = save(anna, "Other", "/opportunities/?mine=1", is_default="y")
    assert [anna.get(path).status_code for path in ("/milestones/", "/opportunities/")] == [303, 303]
    people["anna"].is_china_desk = True
    other.query = "team=999999"
    db.session.commit()
    assert [anna.get(path).status_code for path in ("/milestones/", "/opportunities/")] == [200, 200]


@pytest.mark.parametrize("path", ["/interactions/?kind=call", "/followups/?whose=me"])
def test_list_with_rows_of_its_own_opens_with_the_default_view(anna, path):
    save(anna, "Mine", path, is_default="y")
    answer = anna.get(path.partition("?")[0])
    assert (answer.status_code, answer.location) == (303, path)


def test_only_one_view_is_the_default_of_a_list(anna):
    first = save(anna, "Mine", "/organizations/?mine=1", is_default="y")
    other_list = save(anna, "My people", "/people/?mine=1", is_default="y")
    second = save(anna, "China", "/organizations/?country=CN", is_default="y")
    assert (first.is_default, second.is_default, other_list.is_default) == (False, True, True)


def test_saving_under_the_same_name_replaces_filters_and_columns(anna):
    view = save(anna, "China", "/organizations/?country=CN")
    assert save(anna, "China", "/organizations/?country=CN&columns=name,region").id == view.id
    assert view.query == "country=CN&columns=name%2Cregion"


def test_view_saved_under_the_same_name_stays_shared_and_the_default(anna):
    view = save(anna, "China", "/organizations/?country=CN", shared="y", is_default="y")
    anna.get("/organizations/")
    save(anna, "China", "/organizations/?country=CN&columns=name,region")
    assert (view.team_id is not None, view.is_default) == (True, True)
    assert "View saved and shared with Inland." in anna.get("/organizations/?mine=1").text
    save(anna, "Mine", "/organizations/?mine=1")
    assert "View saved as a tab of the list." in anna.get("/organizations/?mine=1").text


def test_view_is_renamed_shared_and_made_the_default(anna, client, people):
    view = save(anna, "China", "/organizations/?country=CN")
    assert "Shared with Inland" not in anna.get(f"/views/{view.id}").text
    answer = anna.post(f"/views/{view.id}", data={"name": "PRC", "shared": "y", "is_default": "y"})
    assert "Shared with Inland" in anna.get(f"/views/{view.id}").text
    assert answer.status_code == 303
    assert (view.name, view.team_id is not None, view.is_default) == ("PRC", True, True)
    assert "PRC" in anna.get("/views").text
    assert client.login_as("clara").get(f"/views/{view.id}").status_code == 404


def save_view(client, name="Quiet ones", address="/people/?q=zhou", **more):
    return client.post("/views", data={"name": name, "address": address, **more})


def list_views(session) -> list[tuple]:
    stmt = sa.select(SavedView.name, SavedView.endpoint, SavedView.query, SavedView.team_id.is_not(None))
    return [tuple(row) for row in session.execute(stmt.order_by(SavedView.id))]


def test_view_is_saved_from_list_and_shown_in_navigation(client, session, people):
    page = client.login_as("anna").get("/people/?q=zhou").text
    assert 'action="/views"' in page
    assert 'name="address" value="/people/?q=zhou"' in page
    answer = save_view(client, address="/people/?q=zhou&sort=name&after=abc&as=csv")
    assert (answer.status_code, list_views(session)) == (
        303,
        [("Quiet ones", "people.index", "q=zhou&sort=name", False)],
    )
    assert 'href="/people/?q=zhou&amp;sort=name" title="Quiet ones"' in client.get("/").text
    client.post("/logout")
    assert "Quiet ones" not in client.login_as("clara").get("/views").text


def test_shared_view_is_visible_to_team_and_deleted_by_its_owner_only(client, session, people):
    save_view(client.login_as("anna"), shared="y")
    view_id = session.scalar(sa.select(SavedView.id))
    for name, is_visible in (("clara", True), ("boris", False)):
        client.post("/logout")
        assert ("Quiet ones" in client.login_as(name).get("/views").text) is is_visible
        assert client.post(f"/views/{view_id}/delete").status_code == 404
    client.post("/logout")
    assert client.login_as("anna").post(f"/views/{view_id}/delete").status_code == 303
    assert list_views(session) == []


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "https://evil.example/",
        "//evil.example/people/",
        "/\\evil.example",
        "/people/1",
        "/login",
        "/logout",
        "/nowhere",
        "",
        "/static/app.css",
        "/people/?q=" + "x" * 1100,
    ],
)
def test_view_of_other_address_is_refused(client, session, people, address):
    answer = save_view(client.login_as("anna"), address=address)
    assert (answer.status_code, list_views(session)) == (422, [])
    assert client.get("/").status_code == 200


def test_view_needs_name_and_number_is_limited(client, session, people):
    client.login_as("anna")
    assert save_view(client, name=" ").status_code == 422
    for name, count in (("anna", 29), ("boris", 1)):
        session.add_all(
            SavedView(user_id=people[name].id, endpoint="people.index", name=f"v{n}", query="") for n in range(count)
        )
    assert [save_view(client, name=name).status_code for name in ("one", "two")] == [303, 422]
    assert len(list_views(session)) == 31


def test_view_of_removed_list_is_left_out_of_navigation(client, session, people):
    session.add(SavedView(user_id=people["anna"].id, endpoint="gone.index", name="Old", query=""))
    assert client.login_as("anna").get("/").status_code == 200


def test_saved_view_has_an_icon_in_the_navigation(client):
    anna = client.login_as("anna")
    save_view(anna)
    link = re.search(r"<nav class=\"rail\".*?<a[^>]*title=\"Quiet ones\">(.*?)</a>", anna.get("/").text, re.DOTALL)
    assert link
    assert "#table" in link[1]


def test_shared_view_opens_without_a_choice_that_its_reader_does_not_have(anna, client):
    bay = db.session.scalar(sa.select(Team.id).where(Team.name == "Bay"))
    for name, rest in (("Of Bay in China", "country=CN&"), ("Of Bay", "")):
        save(anna, name, "/organizations/?country=CN", shared="y").query = f"{rest}team={bay}"
    db.session.commit()
    dora = client.login_as("dora")
    answer = dora.get(f"/organizations/?country=CN&team={bay}")
    assert (answer.status_code, answer.location) == (303, "/organizations/?country=CN")
    text = unescape(dora.get(answer.location).text)
    assert "“Of Bay in China” opens without options that aren't available to you: “Team”." in text
    save(dora, "Mine", "/organizations/?mine=1", is_default="y")
    answer = dora.get(f"/organizations/?team={bay}")
    assert (answer.status_code, answer.location) == (303, "/organizations/?view=")
    assert "“Of Bay” opens without" in unescape(dora.get(answer.location).text)


def test_saved_view_keeps_the_columns_and_values_that_are_available(anna):
    query = "columns=name,removed:200,city:120,gone&sort=-name&role=client&role=removed"
    save(anna, "Wide", "/organizations/?country=CN").query = query
    db.session.commit()
    answer = anna.get(f"/organizations/?{query}")
    assert (answer.status_code, unquote(answer.location)) == (
        303,
        "/organizations/?columns=name&columns=city:120&sort=-name&role=client",
    )
    text = unescape(anna.get(answer.location).text)
    assert "“Wide” opens without options that aren't available to you: “Columns”, “" in text


@pytest.mark.parametrize(
    ("query", "rest", "text"),
    [
        ("columns=,name,gone", "columns=name", "“Columns”."),
        ("columns=gone&country=CN", "country=CN", "“Columns”."),
        ("columns=gone,removed", "view=", "“Columns”."),
        ("columns=name&removed=1", "columns=name", "a filter that no longer exists."),
        ("columns=name&removed=1&left=2", "columns=name", "a filter that no longer exists."),
    ],
)
def test_saved_view_opens_without_choices_that_no_longer_exist(anna, query, rest, text):
    save(anna, "Wide", "/organizations/?country=CN").query = query
    db.session.commit()
    answer = anna.get(f"/organizations/?{query}")
    assert (answer.status_code, unquote(answer.location)) == (303, f"/organizations/?{rest}")
    message = f"“Wide” opens without options that aren't available to you: {text}"
    assert message in unescape(anna.get(answer.location).text)


def test_address_that_is_no_saved_view_is_refused_as_before(anna, people):
    save(anna, "China", "/organizations/?country=CN")
    for query in ("country=CN&team=999999", "team=999999", "removed=1"):
        assert anna.get(f"/organizations/?{query}").status_code == 400, query


def test_user_without_a_team_has_nobody_to_share_a_view_with(client):
    nora = client.login_as("nora")
    answer = save_view(nora, shared="y")
    assert answer.status_code == 422
    assert "You aren&#39;t on a team to share the view with." in answer.text
    assert save_view(nora).status_code == 303


def test_deleting_a_view_has_a_second_step_that_says_who_loses_it(anna):
    save(anna, "Own firms", "/organizations/?mine=1")
    save(anna, "Chinese firms", "/organizations/?country=CN", shared="y")
    texts = re.findall(r"<p class=\"mb-2\">(.*?)</p>", anna.get("/views").text)
    assert texts == [
        "Delete this view for the whole team? Its records aren't deleted.",
        "Delete this view? Its records aren't deleted.",
    ]
