"""What follows from the columns of organizations: names for search, sort keys and time zones."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core.data.base import db
from crm.core.data.record_names import naming
from crm.records.queries import points_of
from crm.records.services import derive_place_columns, point_tokens

from .models import Alias, Organization

PLAIN_COLUMNS = ("region", "postal_code", "address", "native_address", "website", "read_first")
"""The columns of organizations from which nothing follows."""


def load_names(ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Return labels, sort key and search tokens of organizations by id, in three statements.

    They are found by names, other names, city, email addresses and phone numbers.
    """
    o = Organization
    rows = db.session.execute(sa.select(o.id, o.name, o.native_name, o.city, o.merged_into_id).where(o.id.in_(ids)))
    aliases: dict[int, list[str]] = {}
    stmt = sa.select(Alias.organization_id, Alias.name).where(Alias.organization_id.in_(ids)).order_by(Alias.id)
    for organization_id, alias in db.session.execute(stmt):
        aliases.setdefault(organization_id, []).append(alias)
    points = points_of(ids)
    labels: dict[int, dict[str, str]] = {}
    for row in rows:
        words = [names.organization_tokens(row.name, row.native_name, *aliases.get(row.id, ())), names.tokens(row.city)]
        words += [point_tokens(p.medium, p.value or p.raw) for p in points[row.id]]
        native_name = row.native_name if row.native_name != row.name else None
        labels[row.id] = naming(row.name, native_name, words, is_merged=row.merged_into_id is not None)
    return labels


def derive_columns(ids: Collection[int], *, is_new_country: bool = False) -> dict[int, dict[str, Any]]:
    """Return what changes with the city and the country of organizations, by id."""
    return derive_place_columns(Organization, ids, load_names(ids), is_new_country=is_new_country)
