"""Which rows with history refer to a record, whatever their table."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db, is_one_of
from crm.core.data.net_changes import audited_mappers
from crm.core.data.record import Record


def find_references(ids: Collection[int], *, except_rows: Collection[tuple[str, str]]) -> set[int]:
    """Return those of the records to which rows of other active records refer, without the rows of `except_rows`."""
    referred: dict[int, set[int | None]] = {}
    for table, stmt in _statements(frozenset(ids)) if ids else ():
        for target_id, root_id, *key in db.session.execute(stmt):
            if (table, "/".join(map(str, key))) not in except_rows and root_id not in ids:
                referred.setdefault(target_id, set()).add(root_id)
    roots = {root_id for root_ids in referred.values() for root_id in root_ids if root_id is not None}
    archived = set(
        db.session.scalars(sa.select(Record.id).where(is_one_of(Record.id, roots), Record.archived_at.is_not(None)))
    )
    return {target_id for target_id, root_ids in referred.items() if root_ids - archived}


def _statements(ids: frozenset[int]) -> Iterator[tuple[str, sa.Select[Any]]]:
    for table, mapper, column in _columns():
        root = mapper.class_.audit_root
        root_column = mapper.column_attrs[root].columns[0] if root else sa.null()
        stmt = sa.select(column, root_column, *mapper.primary_key).select_from(mapper.class_)
        yield table, stmt.where(is_one_of(column, ids))


@cache
def _columns() -> list[tuple[str, Any, sa.Column[Any]]]:
    """Return the columns of tables with history that refer to records, without the ids of the records themselves."""
    tables = {table.name for mapper in Record.__mapper__.self_and_descendants for table in mapper.tables}
    return [
        (name, mapper, column)
        for name, mapper in audited_mappers().items()
        for column in mapper.local_table.columns
        if any(key.column.table.name in tables for key in column.foreign_keys) and not _is_own_id(mapper, column)
    ]


def _is_own_id(mapper: Any, column: sa.Column[Any]) -> bool:
    return issubclass(mapper.class_, Record) and column.name == "id"
