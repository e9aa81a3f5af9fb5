"""Which tables have rows of a record: read once for its page, so that empty panels need no statement of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import g, has_request_context, request

COLUMNS: dict[str, sa.Column[Any]] = {}
"""The declared foreign keys to a record, by "table.column". Each has an index."""


def declare_pointers(*columns: Any) -> frozenset[str]:
    """Declare foreign keys whose rows a panel shows; pass the result to `may_have_rows`."""
    declared = {str(column.expression): column.expression for column in columns}
    COLUMNS.update(declared)
    return frozenset(declared)


def has_rows_columns(record_id: Any) -> list[sa.ColumnElement[bool]]:
    """Return for each declared foreign key whether it points to a record: columns of a statement about that record."""
    return [sa.exists().where(column == record_id).label(name) for name, column in COLUMNS.items()]


def note_rows(record_id: int, has_rows: Sequence[Any]) -> None:
    """Remember the values of `has_rows_columns` for the rest of a request that changes nothing."""
    if has_request_context() and request.method == "GET":
        g.pointers = (record_id, {name for name, has in zip(COLUMNS, has_rows, strict=True) if has})


def may_have_rows(record_id: int, pointers: frozenset[str]) -> bool:
    """Return whether rows may point to a record; False only if it is known that none does."""
    presence = g.get("pointers") if has_request_context() else None
    return presence is None or presence[0] != record_id or not pointers.isdisjoint(presence[1])
