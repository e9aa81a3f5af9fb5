"""Lists as they are opened: their statements are built once for all users with the same access."""

from __future__ import annotations

import re

import pytest

from crm.core.lists import load, query
from tests.laws.test_listings import LISTINGS

pytestmark = pytest.mark.engine_in_turn

TOKEN = re.compile(r'"[\w=-]{60,}"')
"""What differs in each response."""
WHOLE = sorted(name for name, listing in LISTINGS.items() if listing.whole and not listing.sums)


def _page(application, viewer: str, name: str) -> str:
    with application.rolled_back():
        page = application.clients[viewer].get(LISTINGS[name].address).get_data(as_text=True)
    return TOKEN.sub("", page)


@pytest.mark.parametrize("viewer", ["anna", "clara", "shen", "nora", "admin"])
@pytest.mark.parametrize("name", WHOLE)
def test_first_page_is_the_same_as_with_a_statement_of_its_own(application, monkeypatch, name, viewer):
    opened = _page(application, viewer, name)
    monkeypatch.setattr(load, "_is_first_of_all", lambda _listing, _state: False)
    assert "<tbody" in opened
    assert _page(application, viewer, name) == opened


def test_statement_is_built_once(application, monkeypatch):
    _page(application, "anna", "people")
    monkeypatch.setattr(query, "build_unfiltered", lambda *_: pytest.fail("built again"))
    assert "<tbody" in _page(application, "anna", "people")
