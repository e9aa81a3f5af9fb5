"""What follows from the city and the country of a record."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import sqlalchemy as sa

from crm import calendars, names
from crm.core.data.base import db
from crm.core.forms.choice_sources import default_zone

PLACE_COLUMNS = frozenset({"city", "country", "city_key", "zone"})
"""The city and the country of a record, and the columns that follow from them besides the search words."""


def zone_of_place(
    country: str | None,
    zone: str | None,
    *,
    is_new_country: bool,
    find_zone: Callable[[str | None], str | None] = default_zone,
) -> str | None:
    """Return the time zone of a record: its own, without one that of its country.

    `is_new_country`: the country was changed and no zone was chosen with it; a zone of another country is replaced.
    """
    is_outside = is_new_country and bool(country) and calendars.country_of_zone(zone) != country
    return (find_zone(country) or zone) if is_outside else zone or find_zone(country)


def derive_place_columns(
    entity: Any, ids: Collection[int], labels: Mapping[int, Mapping[str, str]], *, is_new_country: bool = False
) -> dict[int, dict[str, Any]]:
    """Return the columns of records that change with their city and country, by id; `labels` has their search words."""
    rows = db.session.execute(sa.select(entity.id, entity.city, entity.country, entity.zone).where(entity.id.in_(ids)))
    return {
        row.id: {
            "tokens": labels[row.id]["tokens"],
            "city_key": names.city_key(row.city),
            "zone": zone_of_place(row.country, row.zone, is_new_country=is_new_country),
        }
        for row in rows
    }
