"""The content of a database, for comparing it before a merge and after its undo."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import Base, db
from crm.core.data.summaries import SUMMARIES, find_wrong_sums, join_sums
from crm.core.data.visibility_keys import find_wrong_visibility_keys
from crm.core.search.index import INDEXES

HISTORY = frozenset({"change", "batch", "merge", "receipt", "security_event", "opportunity_change", "lead_change"})
"""Tables that say what happened: un-merge adds to them."""
STAMPS = frozenset({"version", "changed_at", "changed_by_id"})
"""Columns that count changes: an undone merge is two of them."""


def dump_database(
    skipped_tables: Collection[str] = HISTORY, *, is_exact: bool = True
) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables but the history, sorted, and check search index, sums and visibility keys.

    Without `is_exact` search words may be in any order, and a record without dates may have an empty row of them.
    """
    db.session.flush()
    db.session.expire_all()
    connection = db.session.connection()
    rows: dict[str, list[tuple[Any, ...]]] = {}
    summaries = {summary.table.name: summary for summary in SUMMARIES}
    assert (find_wrong_sums(), connection.execute(find_wrong_visibility_keys()).all()) == ([], [])
    for table in Base.metadata.sorted_tables:
        if table.name not in skipped_tables:
            columns = [column for column in table.columns if column.name not in STAMPS]
            summary = summaries.get(table.name)
            result = connection.execute(join_sums(summary, table) if summary else sa.select(*columns)).mappings()
            plain = [dict(row) if is_exact else _simplify(dict(row)) for row in result]
            rows[table.name] = sorted((tuple(row.values()) for row in plain if row), key=repr)
    for index in INDEXES.values() if connection.dialect.name == "sqlite" else ():
        # Fails if the index differs from the tokens in the records.
        connection.exec_driver_sql(f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)")
    return rows


def _simplify(row: dict[str, Any]) -> dict[str, Any]:
    if "tokens" in row:
        row["tokens"] = sorted(row["tokens"].split())
    return {} if "last_interaction_at" in row and not any(list(row.values())[2:]) else row


def difference(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> dict[str, tuple[list[Any], list[Any]]]:
    """Return the rows that only one of two dumps has, by table."""
    return {
        name: ([row for row in rows if row not in after[name]], [row for row in after[name] if row not in rows])
        for name, rows in before.items()
        if rows != after[name]
    }
