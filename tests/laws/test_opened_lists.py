"""Lists as they are opened: their statements are built once for all users with the same access."""

from __future__ import annotations

import re
from html import unescape

import pytest

from crm.core.lists import load, query
from tests.laws.test_listings import LISTINGS

pytestmark = pytest.mark.engine_in_turn

TOKEN = re.compile(r'"[\w=-]{60,}"')
"""What differs in each response."""
WHOLE = sorted(name for name, listing in LISTINGS.items() if listing.whole and not listing.sums)


LINKS = re.compile(r'href="([^"]*[?&](?:amp;)?after=[^"]+)"')
ROWS = re.compile(r"<tbody.*?</tbody>", re.DOTALL)


def _page(application, viewer: str, path: str) -> str:
    with application.rolled_back():
        page = application.clients[viewer].get(path).get_data(as_text=True)
    return TOKEN.sub("", page)


@pytest.mark.parametrize("viewer", ["anna", "clara", "shen", "nora", "admin"])
@pytest.mark.parametrize("name", WHOLE)
def test_pages_are_the_same_as_with_statements_of_their_own(application, monkeypatch, name, viewer):
    listing = LISTINGS[name]
    object.__setattr__(listing, "per_page", 1)
    try:
        pages = _walk(application, viewer, listing.address)
        monkeypatch.setattr(load, "_shows_all", lambda _listing, _state: False)
        assert all("<tbody" in page for page in pages.values())
        assert {path: _page(application, viewer, path) for path in pages} == pages
    finally:
        object.__setattr__(listing, "per_page", 50)


def _walk(application, viewer: str, path: str) -> dict[str, str]:
    """Return the first page of a list, the next one and the one before that, by their paths."""
    pages: dict[str, str] = {}
    while path and len(pages) < 3:
        pages[path] = _page(application, viewer, path)
        links = [unescape(link) for link in LINKS.findall(pages[path])]
        path = next((link for link in links if link not in pages), "")
    return pages


def test_walk_goes_forward_and_back(application):
    listing = LISTINGS["people"]
    object.__setattr__(listing, "per_page", 1)
    try:
        first, following, former = _walk(application, "anna", listing.address).values()
    finally:
        object.__setattr__(listing, "per_page", 50)
    assert ROWS.findall(first) == ROWS.findall(former) != ROWS.findall(following)


def test_statements_are_built_once(application, monkeypatch):
    _page(application, "anna", "/people/")
    monkeypatch.setattr(query, "build_unfiltered", lambda *_: pytest.fail("built again"))
    assert "<tbody" in _page(application, "anna", "/people/")
