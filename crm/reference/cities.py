"""Cities that the program knows without a record: those of emails about projects, and of people's names."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from crm.names.folding import simplify_char

from .services import shipped_rows


class KnownCity(NamedTuple):
    """A city with its names in English and simplified characters, and the ISO code of its country."""

    name: str
    native: str
    country: str


@cache
def load_cities() -> dict[str, KnownCity]:
    """Return the cities by folded name in English, and by name in simplified characters."""
    rows = [KnownCity(row["name"], row["native"], row["country"]) for row in shipped_rows("cities")]
    return {row.name.casefold(): row for row in rows} | {row.native: row for row in rows}


def find_known_city(name: str) -> KnownCity | None:
    """Return the known city of this name in English, simplified or traditional characters: Chengdu, 成都."""
    return load_cities().get("".join(map(simplify_char, name.strip().casefold())))


def is_known_city(name: str) -> bool:
    """Whether a text is the name of a known city."""
    return find_known_city(name) is not None


def fill_country(form: Any) -> None:
    """Set a blank country of a form to that of a known city, unless the record had that city before."""
    text = form.city.data or ""
    city = find_known_city(text)
    is_new = form.edited is None or text != (form.edited.city or "")
    if city and is_new and not form.country.data:
        form.country.data = city.country
