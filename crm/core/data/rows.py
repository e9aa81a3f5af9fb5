"""Child rows of a parent row, and rows that exist once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm.exc import StaleDataError

from crm.core.data.base import db
from crm.core.data.engines import AnySession, dialect_of
from crm.core.data.history import insert_changes
from crm.core.data.plain_values import row_key


def sync_rows(
    parent: Any,
    children: InstrumentedAttribute[Any],
    values: Iterable[Mapping[str, Any]],
    *,
    key: Sequence[str],
    only: sa.ColumnElement[bool] | None = None,
) -> list[Any]:
    """Make the child rows of `parent` equal `values`, flush, and return them in that order.

    `children` is the column of the child table that points to the parent, `key` names the columns that tell its rows
    apart: existing rows take the other values, missing ones are added, further ones deleted. Values that repeat a key
    count once; the last one wins. `only` limits which existing rows may change or be deleted.
    """
    cls: Any = children.class_
    stmt = sa.select(cls).where(children == parent.id, sa.true() if only is None else only)
    existing = {tuple(getattr(row, name) for name in key): row for row in db.session.scalars(stmt)}
    expected = {tuple(columns[name] for name in key): columns for columns in values}
    for removed in existing.keys() - expected.keys():
        db.session.delete(existing.pop(removed))
    rows = []
    for key_values, columns in expected.items():
        row = existing.get(key_values)
        if row is None:
            row = cls(**{children.key: parent.id}, **columns)
            db.session.add(row)
        else:
            for name, value in columns.items():
                setattr(row, name, value)
        rows.append(row)
    db.session.flush()
    return rows


def advance_version(row: Any) -> None:
    """Count a change of child rows as a change of their parent row, for a parent that is no record.

    The history says who made it. Raises StaleDataError if the row was changed since it was loaded.
    """
    db.session.flush()
    table: Any = row.__table__
    stmt = sa.update(table).where(table.c.id == row.id, table.c.version == row.version)
    result = db.session.connection().execute(stmt.values(version=row.version + 1))
    if not result.rowcount:
        raise StaleDataError(f"{table.name} {row.id} was changed meanwhile")
    db.session.refresh(row, ["version"])
    change = {"root_id": None, "action": "changed", "table": table.name, "row_id": row_key(row), "diff": {}}
    insert_changes(db.session(), [change])


def insert_once(session: AnySession, cls: type[Any], values: Mapping[str, Any], *, key: str) -> bool:
    """Insert a row unless one with the same value of the unique column `key` exists; return whether it was inserted."""
    stmt = _build_insert_once(dialect_of(session), cls.__table__, key)
    return session.connection().execute(stmt, values).first() is not None


@cache
def _build_insert_once(dialect: Any, table: sa.Table, key: str) -> Any:
    return dialect.insert(table).on_conflict_do_nothing(index_elements=[key]).returning(table.c[key])


def upsert_all(
    session: AnySession, cls: type[Any], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str], update: Sequence[str]
) -> None:
    """Insert rows in one statement; those that exist already, by the unique columns `key`, take the values `update`."""
    if not rows:
        return
    stmt = _build_upsert(dialect_of(session), cls.__table__, tuple(key), tuple(update))
    session.connection().execute(stmt, list(rows))


@cache
def _build_upsert(dialect: Any, table: sa.Table, key: tuple[str, ...], update: tuple[str, ...]) -> Any:
    """Return the statement, built once: `excluded` copies all columns of the table each time."""
    stmt = dialect.insert(table)
    changes = {name: stmt.excluded[name] for name in update}
    return stmt.on_conflict_do_update(index_elements=key, set_=changes)


def upsert(
    session: AnySession,
    cls: type[Any],
    values: Mapping[str, Any],
    *,
    key: Sequence[InstrumentedAttribute[Any]] = (),
    update: Mapping[str, Any] | None = None,
    where: sa.ColumnElement[bool] | None = None,
) -> Any:
    """Return the INSERT of a row that may exist already, by the unique columns `key` (without `update`, () for any).

    An existing row takes the values `update` where the condition `where` holds; without `update` it is left as it is.
    """
    stmt = dialect_of(session).insert(cls).values(**values)
    if update is None:
        return stmt.on_conflict_do_nothing(index_elements=key or None)
    return stmt.on_conflict_do_update(index_elements=key, set_=dict(update), where=where)
