"""Filters, saved views, chips and visibility of lists."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask_babel import force_locale

from crm.core import lists
from crm.core.errors import BadRequest
from crm.core.lists.page import FilterView
from crm.core.policy import SYSTEM, Limit
from tests.core.lists.conftest import ORGANIZATIONS
from tests.core.lists.test_pages import args_of


def names_of(app, args, actor=SYSTEM):
    with app.test_request_context():
        page = lists.page(ORGANIZATIONS, actor, lists.parse(ORGANIZATIONS, args, actor))
    return [row.cells[0].value.striptags() for row in page.rows]


def list_names(app, args, actor=SYSTEM):
    with app.test_request_context():
        return lists.page(ORGANIZATIONS, actor, lists.parse(ORGANIZATIONS, args, actor))


@pytest.mark.parametrize(("typed", "expected"), [("%", ["50% off"]), ("_", ["a_b"]), ("\\", ["c\\d"]), ("A", ["a_b"])])
def test_like_wildcards_are_escaped(app, session, make_organization, typed, expected):
    for city in ("50% off", "a_b", "c\\d", "plain"):
        make_organization(city, city=city)
    names = ["a_b", "plain"] if typed == "A" else expected
    assert names_of(app, {"city": typed}) == names


def test_archived_rows_are_hidden_unless_requested(app, session, make_organization):
    make_organization("Here")
    make_organization("Gone", archived=True)
    assert names_of(app, {}) == ["Here"]
    assert names_of(app, {"archived": "yes"}) == ["Gone"]
    assert names_of(app, {"archived": "all"}) == ["Gone", "Here"]


def test_view_sets_filters_and_sort_and_can_be_overridden(app, session, make_organization):
    make_organization("Alpha", country="CN")
    make_organization("Beta", country="CN")
    make_organization("Gamma", country="US")
    page = list_names(app, {"view": "china"})
    assert names_of(app, {"view": "china"}) == ["Beta", "Alpha"]
    assert names_of(app, {"view": "china", "country": "US"}) == ["Gamma"]
    assert [(v.name, v.current) for v in page.views] == [("", False), ("china", True)]
    assert [(c.label, c.text) for c in page.chips] == [("Country", "China")]
    assert names_of(app, args_of(page.chips[0].remove_url)) == ["Gamma", "Beta", "Alpha"]
    head = next(c for c in page.columns if c.name == "name")
    assert (head.sorted, head.sort_url) == ("desc", "/organizations/?view=china&sort=name")
    assert names_of(app, args_of(head.sort_url)) == ["Alpha", "Beta"]


def test_chip_removes_one_filter(app, session, make_organization):
    make_organization("Alpha", country="CN", city="Ningbo")
    page = list_names(app, {"country": ("CN", "US"), "city": "ning", "q": "alpha"})
    assert [(c.label, c.text, c.remove_url) for c in page.chips] == [
        ("Search", "alpha", "/organizations/?country=CN&country=US&city=ning"),
        ("City", "ning", "/organizations/?country=CN&country=US&q=alpha"),
        ("Country", "China, United States", "/organizations/?city=ning&q=alpha"),
    ]
    assert page.export_urls["csv"] == "/organizations/?country=CN&country=US&city=ning&q=alpha&as=csv"


def test_mine_filter_uses_the_actor(app, session, make_organization, actor):
    anna = actor("anna")
    make_organization("Hers", counselor_id=anna.id)
    make_organization("Open")
    assert names_of(app, {"mine": "1"}, anna) == ["Hers"]


def test_list_starts_from_visible_rows(app, session, make_organization, actor):
    anna, boris = actor("anna"), actor("boris")
    make_organization("Shared")
    make_organization("Inland", team_id=anna.first_team_id)
    make_organization("Secret", team_id=anna.first_team_id, confidential=True, counselor_id=anna.id)
    assert names_of(app, {}, anna) == ["Inland", "Secret", "Shared"]
    assert names_of(app, {}, boris) == ["Shared"]
    assert names_of(app, {}, actor("dora")) == ["Inland", "Shared"]
    assert list_names(app, {}, boris).count == 1


def test_count_of_a_whole_list_is_that_of_each_reader(app, session, make_organization, actor):
    whole = replace(ORGANIZATIONS, whole=True, sums=())
    readers = {name: actor(name) for name in ("anna", "boris", "clara", "dora")}
    anna, inland = readers["anna"], readers["anna"].first_team_id
    make_organization("Shared")
    make_organization("Inland", team_id=inland)
    make_organization("Secret", team_id=inland, confidential=True, counselor_id=anna.id)
    make_organization("Old", archived=True)
    for args, expected in (({}, [3, 1, 3, 2]), ({"q": "inland"}, [1, 0, 1, 1])):
        with app.test_request_context():
            pages = [lists.page(whole, each, lists.parse(whole, args, each)) for each in readers.values()]
        assert [page.count for page in pages] == expected


def test_equal_filters_are_rendered_once_per_language(app):
    city = FilterView("city", "<City>", "text", (), "A&B", "/organizations/")
    zone = FilterView("zone", "Zone", "choice", (("UTC", "<UTC>"), ("Asia/Tokyo", "Tokyo")), "Asia/Tokyo", "")
    with app.test_request_context():
        assert "&lt;City&gt;" in city.field
        assert 'value="A&amp;B"' in city.field
        assert 'value=""' in city._replace(value="").field
        assert '<option value="Asia/Tokyo" selected>' in zone.field
        assert " selected" not in zone._replace(value="").field
        assert zone.field is zone._replace().field
        with force_locale("zh_Hans"):
            chinese = zone.field
        assert zone.field is not chinese


@pytest.mark.parametrize("args", [{}, {"city": "ning"}])
def test_page_says_how_many_rows_files_leave_out(app, session, make_organization, actor, args):
    anna = actor("anna")
    make_organization("Shared", city="Ningbo")
    make_organization("Secret", city="Ningbo", team_id=anna.first_team_id, confidential=True, counselor_id=anna.id)
    assert list_names(app, args, anna).export_note == "1 confidential row is left out."
    assert list_names(app, args, actor("boris")).export_note == ""


def test_china_desk_cannot_see_or_filter_amounts(app, session, make_organization, actor):
    shen = actor("shen")
    assert Limit.china_desk in shen.limits
    make_organization("Firm", parent_share=40)
    page = list_names(app, {}, shen)
    assert "share" not in [c.name for c in page.columns]
    assert "above" not in [f.name for f in page.filters]
    assert page.sums == {}
    assert "share" in [c.name for c in list_names(app, {}).columns]
    for args in ({"sort": "share"}, {"above": "30"}):
        list_names(app, args)
        with pytest.raises(BadRequest):
            lists.parse(ORGANIZATIONS, args, shen)


def test_cell_markup_is_escaped_once(app, session, make_organization):
    row = make_organization('<script>"x"', "寶島<b>")
    (row,) = list_names(app, {}).rows
    assert row.cells[0].value == (
        f'<a class="strong" href="/organizations/{row.id}">&lt;script&gt;&#34;x&#34;</a> '
        '<span class="dim" lang="zh-Hant">寶島&lt;b&gt;</span>'
    )
    assert row.cells[5].value.striptags() == "Call, Today"
    assert "light light-due" in row.cells[5].value


def test_row_has_one_link_and_no_nested_links(app, session, make_organization):
    row = make_organization("Bay Cold Chain", "灣區冷鏈")
    drawn = list_names(app, {}).body()
    assert drawn.count(f'href="/organizations/{row.id}"') == 1
