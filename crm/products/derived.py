"""What follows from the columns of products: names for search."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core.data.base import alias, db
from crm.core.data.record import Record
from crm.core.data.record_names import naming
from crm.records.queries import load_other_names

from .models import Product

PLAIN_COLUMNS = (
    "offer",
    "naics",
    "certificates",
    "capacity",
    "capacity_number",
    "capacity_unit",
    "jurisdiction",
    "eccn",
    "usml_category",
    "said_by",
    "said_on",
    "ip_note",
)
"""The columns of products from which nothing follows."""


def name_columns(row: Any, client_words: str, other_names: Iterable[str]) -> dict[str, str]:
    """Return label, sort key and search tokens of a product, or of a row with its columns."""
    words = [client_words, names.tokens(row.hs6, *other_names)]
    return naming(row.name, row.native_name, words, is_merged=row.merged_into_id is not None)


def derive_columns(ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return the search tokens of products that aren't confidential, by id.

    The client's name is one of them, unless it is hidden from users who see the product (`may_name`).
    """
    client, p = alias(Record, "named_client"), Product
    is_open = sa.or_(client.team_id.is_(None), sa.and_(client.team_id == p.team_id, sa.not_(client.confidential)))
    columns = (p.id, p.name, p.native_name, p.hs6, p.merged_into_id, client.label, client.native_label)
    stmt = sa.select(*columns, is_open.label("may_name")).join(client, client.id == p.client_id).where(p.id.in_(ids))
    other_names = load_other_names(ids)
    return {
        row.id: {
            "tokens": name_columns(
                row, names.tokens(row.label, row.native_label) if row.may_name else "", other_names.get(row.id, ())
            )["tokens"]
        }
        for row in db.session.execute(stmt)
    }
