"""The titles of the lists that saved views belong to."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit

from crm.core.lists import Listing
from crm.features import load_modules


@cache
def _list_titles() -> dict[str, object]:
    values = [value for module in load_modules("lists") for value in vars(module).values()]
    return {value.address: value.title for value in values if isinstance(value, Listing)}


def find_list_title(url: str) -> object:
    """Return the title of the list at the address of a view; "" for other pages, such as reports."""
    return _list_titles().get(urlsplit(url).path, "")
