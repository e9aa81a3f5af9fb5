"""What saved views refuse: blank names, other addresses, too many, and views of others."""

from __future__ import annotations

import re

import pytest

from crm.accounts.services.users import deactivate_user
from crm.core.data.base import db
from crm.core.errors import Forbidden, Invalid
from crm.search.models import SavedView
from crm.search.saved_views import views_for
from crm.search.services import MAX_QUERY_CHARS, MAX_VIEWS, change_view, delete_view, save_view


@pytest.fixture
def save(client, people, actor):
    """Return a function that saves a list of people as a view."""

    def add(name="Water", address="/people/?q=water&after=9&as=csv", by="anna", **options):
        with client.application.test_request_context():
            return save_view(actor(by), name, address, **{"shared": False} | options)

    return add


def test_view_is_saved_without_page_and_format(save, people):
    row = save(name=f"  {'W' * 61} ")
    assert (row.endpoint, row.query, row.name) == ("people.index", "q=water", "W" * 60)
    assert (row.user_id, row.team_id, row.is_default) == (people["anna"].id, None, False)


@pytest.mark.parametrize("name", ["", "  "])
def test_blank_name_is_refused(save, name):
    with pytest.raises(Invalid, match="Enter a name for the view"):
        save(name=name)


LONGEST = "水" * (MAX_QUERY_CHARS // 9 - 1)
"""Nine characters each in an address; with `q=` they are a few less than the limit."""


@pytest.mark.parametrize("address", ["/nowhere", "/people/1", "/login", "", f"/people/?q={LONGEST}水"])
def test_address_that_is_no_list_or_too_long_is_refused(save, address):
    with pytest.raises(Invalid, match="Open a list first"):
        save(address=address)


def test_longest_query_is_saved(save):
    assert MAX_QUERY_CHARS - 9 < len(save(address=f"/people/?q={LONGEST}").query) <= MAX_QUERY_CHARS


def test_view_of_the_same_name_is_replaced_and_too_many_are_refused(save, session):
    rows = [save(name=f"View {n}") for n in range(MAX_VIEWS)]
    with pytest.raises(Invalid, match="You can have up to 30"):
        save(name="One more")
    assert save(name="View 0", address="/people/?q=air") is rows[0]
    assert rows[0].query == "q=air"
    assert save(by="dora", name="View 0") is not rows[0]
    assert session.query(SavedView).count() == MAX_VIEWS + 1


def test_one_view_of_a_list_is_the_default(save, session, actor):
    first, other_list = save(name="One", is_default=True), save(address="/organizations/", is_default=True)
    of_dora = save(by="dora", is_default=True)
    second = save(name="Two", is_default=True)
    assert [row.is_default for row in (first, second, other_list, of_dora)] == [False, True, True, True]
    change_view(actor("anna"), second, "Two", shared=True, is_default=False)
    assert (second.is_default, second.team_id) == (False, actor("anna").first_team_id)
    change_view(actor("anna"), second, " New name ", shared=False, is_default=False)
    assert (second.name, second.team_id) == ("New name", None)


def test_own_views_are_offered_however_many_colleagues_share(save, client, actor):
    for name in ("dora", "clara", "admin"):
        for n in range(MAX_VIEWS):
            save(name=f"Shared {n} of {name}", by=name, shared=True)
    own = [save(name=f"Z{n:02}").name for n in range(MAX_VIEWS)]
    with client.application.test_request_context():
        views = views_for(actor("anna"))
    assert [view.label for view in views if view.own] == own
    assert [view.label for view in views] == sorted(view.label for view in views)


def test_views_are_in_the_order_of_the_alphabet(save, client, actor):
    for name in ("Water", "exporters", "Air"):
        save(name=name)
    with client.application.test_request_context():
        views = views_for(actor("anna"))
    assert [view.label for view in views] == ["Air", "exporters", "Water"]


def test_only_the_owner_deletes_a_view(save, session, actor):
    row = save(shared=True)
    with pytest.raises(Forbidden):
        delete_view(actor("dora"), row)
    delete_view(actor("anna"), row)
    assert session.query(SavedView).count() == 0


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/organizations/?country=CN", "Organizations"),
        ("/projects/needs/?mine=1", "Needs"),
        ("/opportunities/board", "Pipeline"),
        ("/reports/pipeline", ""),
    ],
)
def test_page_of_saved_views_names_the_list_of_each(client, people, address, title):
    web = client.login_as("anna")
    web.post("/views", data={"name": "In China", "address": address})
    row = web.get("/views").text.partition('<ul class="rows">')[2].partition("</ul>")[0]
    assert re.findall(r'<span class="small dim">(.*?)</span>', row) == [title] * bool(title)


def test_shared_views_of_a_user_who_leaves_go_to_the_new_owner(save, people):
    shared, own = save(name="Shared", shared=True, is_default=True), save(name="Own")
    deactivate_user(people["anna"], people["clara"])
    assert (shared.user_id, shared.team_id is None, shared.is_default) == (people["clara"].id, False, False)
    assert own.user_id == people["anna"].id


def test_shared_view_of_a_list_that_the_user_may_not_open_is_not_offered(client, people):
    anna = client.login_as("anna")
    data = {"name": "STEP booths", "address": "/funding/assistance/?activity=show", "shared": "y"}
    assert anna.post("/views", data=data).status_code == 303
    offered = [name for name in ("anna", "clara", "shen") if "STEP booths" in client.login_as(name).get("/").text]
    assert offered == ["anna", "clara"]
    people["anna"].is_china_desk = True
    db.session.commit()
    assert "STEP booths" in client.login_as("anna").get("/").text
