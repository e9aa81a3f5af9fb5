"""The titles of the lists that saved views belong to."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit

from crm.features import load_listings


@cache
def _list_titles() -> dict[str, object]:
    return {listing.address: listing.title for listing in load_listings()}


def find_list_title(url: str) -> object:
    """Return the title of the list at the address of a view; "" for other pages, such as reports."""
    return _list_titles().get(urlsplit(url).path, "")
