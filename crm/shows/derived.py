"""What follows from the columns of shows: names for search, and the time zone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core.data.base import db
from crm.core.data.record_names import naming
from crm.records.queries import load_other_names
from crm.records.services import zone_of_place

from .models import SHANGHAI, Show


def name_columns(row: Any, other_names: Iterable[str]) -> dict[str, str]:
    """Return label, sort key and search tokens of a show, or of a row with its columns."""
    words = [names.tokens(row.city, row.venue, *other_names)]
    return naming(row.name, row.native_name, words, is_merged=row.merged_into_id is not None)


def derive_place(row: Show, old_country: str | None, old_zone: str) -> None:
    """Set the key of the city, and the zone: a new country brings its own unless another was chosen with it."""
    row.city_key = names.city_key(row.city)
    is_new_country = row.country != old_country and row.zone == old_zone
    row.zone = zone_of_place(row.country, row.zone, is_new_country=is_new_country) or SHANGHAI


def derive_columns(ids: Collection[int], *, is_new_country: bool = False) -> dict[int, dict[str, Any]]:
    """Return what follows from the city, the venue and the country of shows, by id."""
    s, other_names = Show, load_other_names(ids)
    stmt = sa.select(s.id, s.name, s.native_name, s.city, s.venue, s.country, s.zone, s.merged_into_id)
    return {
        row.id: {
            "tokens": name_columns(row, other_names.get(row.id, ()))["tokens"],
            "city_key": names.city_key(row.city),
            "zone": zone_of_place(row.country, row.zone, is_new_country=is_new_country) or SHANGHAI,
        }
        for row in db.session.execute(stmt.where(s.id.in_(ids)))
    }
