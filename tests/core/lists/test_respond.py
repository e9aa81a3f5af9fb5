"""Responses of a list: page, fragment, file."""

from __future__ import annotations

import re

import pytest
from flask import g

from crm.core import lists
from crm.core.errors import BadRequest
from tests.core.lists.conftest import ORGANIZATIONS


def answer(app, actor, url="/organizations/", **headers):
    with app.test_request_context(url, headers=headers):
        g.actor = actor
        return lists.respond(ORGANIZATIONS, actor)


def test_page_has_rows_headings_chips_and_paging_links(app, session, make_organization, actor):
    for i in range(51):
        make_organization(f"Firm {i:02}", "华岳" if i == 0 else "", country="CN")
    html = answer(app, actor("clara"), "/organizations/?country=CN").get_data(as_text=True)
    assert html.count("<tr>") == 1 + 50 + 1
    assert html.count('<th scope="row">') == 50
    assert '<span class="dim" lang="zh-Hans">华岳</span>' in html
    assert 'aria-sort="ascending"' in html
    assert 'href="/organizations/?country=CN&amp;as=csv"' in html
    assert re.search(r'rel="next" href="/organizations/\?country=CN&amp;after=', html)
    assert "None" not in html


def test_empty_list_and_empty_filter_have_own_messages(app, session, make_organization, actor):
    assert "No records yet" in answer(app, actor("clara")).get_data(as_text=True)
    make_organization("One", country="US")
    html = answer(app, actor("clara"), "/organizations/?country=CN").get_data(as_text=True)
    assert "No results match this filter" in html
    assert "<title>Organizations: Country China - Causeway</title>" in html


def test_title_names_the_view_and_the_filters_beside_it(client, people):
    anna = client.login_as("anna")
    assert "<title>Organizations: Clients - Causeway</title>" in anna.get("/organizations/?view=clients").text
    page = anna.get("/organizations/?view=clients&country=CN").text
    assert "<title>Organizations: Clients, Country China - Causeway</title>" in page
    anna.post("/views", data={"name": "Our primes", "address": "/organizations/?role=prime&country=CN"})
    page = anna.get("/organizations/?role=prime&country=CN").text
    assert "<title>Organizations: Our primes - Causeway</title>" in page
    assert "<title>Pipeline - Causeway</title>" in anna.get("/opportunities/board").text


def test_htmx_request_returns_the_list_fragment(app, session, make_organization, actor):
    make_organization("One")
    response = answer(app, actor("clara"), **{"HX-Target": "main"})
    html = response.get_data(as_text=True)
    assert "<!doctype" not in html
    assert ">One</a>" in html
    assert "HX-Target" in response.headers["Vary"]


def test_unknown_parameter_is_refused_in_exports_too(app, session, actor):
    with pytest.raises(BadRequest):
        answer(app, actor("clara"), "/organizations/?as=csv&sort=tokens")
    with pytest.raises(BadRequest):
        answer(app, actor("clara"), "/organizations/?as=csv&team=1")
