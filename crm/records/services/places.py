"""What follows from the city and the country of a record."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core.data.base import db
from crm.core.forms.choice_sources import default_zone

PLACE_COLUMNS = frozenset({"city", "country", "city_key", "zone"})
"""The city and the country of a record, and the columns that follow from them besides the search words."""


def derive_place_columns(
    entity: Any, ids: Collection[int], labels: Mapping[int, Mapping[str, str]]
) -> dict[int, dict[str, Any]]:
    """Return the columns of records that change with their city and country, by id; `labels` has their search words."""
    rows = db.session.execute(sa.select(entity.id, entity.city, entity.country, entity.zone).where(entity.id.in_(ids)))
    return {
        row.id: {
            "tokens": labels[row.id]["tokens"],
            "city_key": names.city_key(row.city),
            "zone": row.zone or default_zone(row.country),
        }
        for row in rows
    }
