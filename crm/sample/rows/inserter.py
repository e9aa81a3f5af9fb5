"""Bulk insert: rows are collected by table, get their ids here, and are inserted by the thousand.

The ORM would take minutes for a hundred thousand people; `COPY` and `executemany` take seconds. The caller sets what
the ORM derives when it flushes (versions, time stamps, search index).
"""

from __future__ import annotations

import enum
import json
import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from psycopg import sql

from crm.core.data.base import Base, Instant
from crm.core.data.record import Record
from crm.core.data.visibility_keys import add_key
from crm.core.search.search import create_search, drop_search

Adapt = Callable[[Any], Any]
MAX_BUFFERED_ROWS = 60_000
"""How many rows are collected before they are inserted."""


def _code(value: enum.Enum) -> Any:
    return value.value


def _sqlite_instant(value: datetime) -> str:
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat(" ", "microseconds")[:26]


def _sqlite_wall(value: datetime) -> str:
    return value.isoformat(" ", "microseconds")


def _adapter(column: sa.Column[Any], *, sqlite: bool) -> Adapt | None:
    """Return the function that converts a value for the driver as SQLAlchemy would; None if none is needed."""
    kind = column.type
    if isinstance(kind, sa.Enum):
        return _code
    if isinstance(kind, sa.JSON):
        return lambda value: json.dumps(value, ensure_ascii=False)
    if not sqlite:
        return None
    by_type: tuple[tuple[Any, Adapt], ...] = (
        (Instant, _sqlite_instant),
        (sa.DateTime, _sqlite_wall),
        (sa.Date, date.isoformat),
        (sa.Numeric, float),
        (sa.Boolean, int),
    )
    return next((adapt for cls, adapt in by_type if isinstance(kind, cls)), None)


class _Sheet:
    """The collected rows of one table."""

    def __init__(self, table: sa.Table, *, sqlite: bool) -> None:
        self.table = table
        self.names = tuple(c.name for c in table.columns)
        self.keys = tuple(c.key for c in table.columns)
        self.blank = {
            c.key: c.default.arg
            for c in table.columns
            if isinstance(c.default, sa.ColumnDefault) and c.default.is_scalar
        }
        adapters = [(position, _adapter(c, sqlite=sqlite)) for position, c in enumerate(table.columns)]
        self.adapters = [(position, adapt) for position, adapt in adapters if adapt is not None]
        self.counted = "id" in table.c and not table.c.id.foreign_keys
        self.has_uid = "uid" in table.c
        self.next_id = 1
        self.rows: list[tuple[Any, ...]] = []

    def write(self, values: dict[str, Any]) -> None:
        full_row = self.blank | values
        row = [full_row.get(key) for key in self.keys]
        for position, adapt in self.adapters:
            if row[position] is not None:
                row[position] = adapt(row[position])
        self.rows.append(tuple(row))


class SampleInserter:
    """Collects rows and inserts them, parents before children."""

    def __init__(self, connection: sa.Connection, rng: random.Random) -> None:
        self.connection = connection
        self.rng = rng
        self.sqlite = connection.dialect.name == "sqlite"
        self._sheets: dict[Any, _Sheet] = {}
        self.created: Counter[str] = Counter()
        self._waiting = 0

    def new_uid(self) -> str:
        """Return an identifier from the fixed seed, so that two runs give the same data."""
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def add(self, cls: Any, **values: Any) -> int:
        """Add a row; return its id, 0 for a table without one of its own."""
        sheet = self._sheets.get(cls) or self._open_sheet(cls)
        if sheet.counted:
            values["id"] = sheet.next_id
            sheet.next_id += 1
        if sheet.has_uid:
            values["uid"] = self.new_uid()
        sheet.write(values)
        self._waiting += 1
        return int(values.get("id") or 0)

    def record(self, cls: Any, **values: Any) -> int:
        """Add a root record and its own row; return the id of both."""
        values.setdefault("kind", cls.__mapper__.polymorphic_identity)
        values.setdefault("changed_at", values["created_at"])
        values.setdefault("changed_by_id", values.get("created_by_id"))
        add_key(cls, values)
        values["id"] = self.add(Record, **values)
        self.add(cls, **values)
        self.created[values["kind"]] += 1
        return int(values["id"])

    def _open_sheet(self, cls: Any) -> _Sheet:
        table = cls.__table__
        sheet = self._sheets[cls] = _Sheet(table, sqlite=self.sqlite)
        if sheet.counted:
            sheet.next_id = (self.connection.scalar(sa.select(sa.func.max(table.c.id))) or 0) + 1
        return sheet

    def insert_if_many(self) -> None:
        """Insert the rows when many wait. Call it only when all rows so far are complete."""
        if self._waiting > MAX_BUFFERED_ROWS:
            self.flush()

    def flush(self) -> None:
        """Insert all waiting rows."""
        order = {table: position for position, table in enumerate(Base.metadata.sorted_tables)}
        for sheet in sorted(self._sheets.values(), key=lambda one: order[one.table]):
            if sheet.rows:
                self._insert(sheet)
                sheet.rows = []
        self._waiting = 0

    def _insert(self, sheet: _Sheet) -> None:
        if self.sqlite:
            statement = sa.insert(sheet.table).compile(dialect=self.connection.dialect)
            self.connection.exec_driver_sql(str(statement), sheet.rows)
            return
        columns = sql.SQL(", ").join(map(sql.Identifier, sheet.names))
        copy = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(sheet.table.name), columns)
        driver: Any = self.connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(copy) as out:
            for row in sheet.rows:
                out.write_row(row)

    def settle_counters(self) -> None:
        """Set PostgreSQL's sequences after the ids given here; SQLite needs nothing."""
        if self.sqlite:
            return
        for sheet in self._sheets.values():
            if sheet.counted:
                counter = sa.func.pg_get_serial_sequence(sheet.table.name, "id")
                self.connection.execute(sa.select(sa.func.setval(counter, max(1, sheet.next_id - 1))))


def drop_indexes(connection: sa.Connection, tables: Iterable[sa.Table]) -> list[sa.Index]:
    """Drop the plain indexes before very many rows are inserted; return them for `make_indexes`."""
    indexes = [index for table in tables for index in table.indexes if not index.unique]
    for index in indexes:
        index.drop(connection)
    drop_search(connection)
    return indexes


def make_indexes(connection: sa.Connection, indexes: Iterable[sa.Index]) -> None:
    """Create the indexes again: sorting once is faster than a million insertions."""
    for index in indexes:
        index.create(connection)
    create_search(connection)


def analyze(connection: sa.Connection) -> None:
    """Update the planner's statistics."""
    connection.exec_driver_sql("ANALYZE")
