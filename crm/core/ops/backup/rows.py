"""Rows as lines of JSON and back, by the types of the database itself: old backups need no models."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

VIRTUAL_TABLE = "record_fts"
REVISION = "alembic_version"
BATCH = 2000


def tables_of(connection: sa.Connection) -> list[sa.Table]:
    """Return every table with data, by name, as it is in the database, without search index and schema revision."""
    inspected = sa.inspect(connection)
    names = sorted(
        name for name in inspected.get_table_names() if not name.startswith(VIRTUAL_TABLE) and name != REVISION
    )
    return [_table(inspected, name) for name in names]


def _table(inspected: sa.Inspector, name: str) -> sa.Table:
    key = sa.PrimaryKeyConstraint(*inspected.get_pk_constraint(name)["constrained_columns"])
    return sa.Table(name, sa.MetaData(), *map(_column, inspected.get_columns(name)), key)


def _column(inspected: Any) -> sa.Column[Any]:
    kind = inspected["type"]
    if isinstance(kind, sa.JSON):
        # None is NULL in nullable columns, otherwise JSON's own null.
        kind.none_as_null = bool(inspected["nullable"])
    return sa.Column(inspected["name"], kind)


def lines_of(connection: sa.Connection, table: sa.Table) -> Iterator[str]:
    """Yield one line with the names of the columns, then one line per row, in the order of the primary key."""
    yield _line(list(table.columns.keys()))
    stmt = sa.select(table).order_by(*table.primary_key)
    rows = connection.execution_options(stream_results=True, yield_per=BATCH).execute(stmt)
    for row in rows:
        yield _line(list(row))


def _line(values: list[Any]) -> str:
    return json.dumps(values, ensure_ascii=False, default=_plain, separators=(",", ":")) + "\n"


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    raise TypeError(f"a backup can't have values of type {type(value).__name__}")


def _moment(zoned: bool) -> Callable[[str], datetime]:  # noqa: FBT001 - the type of the column
    """Return an aware moment: SQLite stores UTC without a zone; PostgreSQL needs the zone."""

    def read(text: str) -> datetime:
        moment = datetime.fromisoformat(text)
        if zoned:
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment

    return read


def _reader(kind: Any) -> Callable[[Any], Any] | None:
    """Return a function that converts a JSON value for the column; None if no conversion is needed."""
    if isinstance(kind, sa.DateTime):
        return _moment(bool(kind.timezone))
    for types, read in (
        (sa.Date, date.fromisoformat),
        (sa.Time, time.fromisoformat),
        (sa.Numeric, Decimal),
        (sa.LargeBinary, base64.b64decode),
    ):
        if isinstance(kind, types) and not isinstance(kind, sa.Float):
            return read
    return None


def fill(connection: sa.Connection, table: sa.Table, lines: Iterable[str]) -> int:
    """Insert the rows of `lines_of`; return how many. Raises KeyError for a column that the table doesn't have."""
    source = iter(lines)
    names = json.loads(next(source))
    readers = [_reader(table.columns[name].type) for name in names]
    insert = table.insert()
    waiting = []
    count = 0
    for line in source:
        values = json.loads(line)
        waiting.append(
            {n: v if v is None or r is None else r(v) for n, v, r in zip(names, values, readers, strict=True)}
        )
        if len(waiting) == BATCH:
            connection.execute(insert, waiting)
            count += len(waiting)
            waiting = []
    if waiting:
        connection.execute(insert, waiting)
    return count + len(waiting)
