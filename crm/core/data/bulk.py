"""Insert thousands of rows with few statements, with the history and search index that a flush would write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import count, islice
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.base import Base
from crm.core.data.changed_rows import note_lines
from crm.core.data.history import NEVER, STAMP, Audited, Change, Via
from crm.core.data.plain_values import plain
from crm.core.data.record import Record
from crm.core.hooks import RECORDS_INSERTED

CHUNK = 5_000
"""Rows sent to the database at a time, which limits memory."""
ID_BLOCK = 500
ARCHIVED = "archived_when_inserted"
RECORDS = Record.__table__
HISTORY = Base.metadata.tables[Change.__tablename__]


@dataclass(frozen=True)
class _Shape:
    """A mapped class for bulk inserts: its tables from the root down, and what history stores of a new row.

    For each table: the default values of its columns, and the functions that make a new default for each row.
    """

    tables: tuple[tuple[sa.Table, dict[str, Any], tuple[tuple[str, Any], ...]], ...]
    kind: str | None
    makes_id: bool
    key: tuple[str, ...]
    audited: frozenset[str]
    root: str | None


@cache
def _shape(cls: type[Base]) -> _Shape:
    mapper = sa.inspect(cls)
    names: dict[Any, str] = {column: a.key for a in mapper.column_attrs for column in a.columns}
    tables = tuple(_columns(t, names) for t in mapper.tables if isinstance(t, sa.Table))
    key = tuple(names[c] for c in mapper.primary_key)
    first = mapper.primary_key[0]
    silent = NEVER | getattr(cls, "audit_silent", frozenset()) | set(key)
    audited = {a.key for a in mapper.column_attrs if not a.columns[0].primary_key} - silent
    return _Shape(
        tables=tables,
        kind=mapper.polymorphic_identity if issubclass(cls, Record) else None,
        makes_id=len(key) == 1 and isinstance(first.type, sa.Integer) and not first.foreign_keys,
        key=key,
        audited=frozenset(audited) if issubclass(cls, Audited) else frozenset(),
        root=getattr(cls, "audit_root", None),
    )


def _columns(table: sa.Table, names: dict[Any, str]) -> tuple[sa.Table, dict[str, Any], tuple[tuple[str, Any], ...]]:
    defaults: list[tuple[str, Any]] = [(names[c], c.default) for c in table.c]
    plain = {name: None if d is None or d.is_callable else d.arg for name, d in defaults}
    return table, plain, tuple((name, d.arg) for name, d in defaults if d is not None and d.is_callable)


@contextmanager
def archiving_new_records(session: Session, why: str) -> Iterator[None]:
    """Let records that are inserted in bulk inside be archived from the start, without history."""
    session.info[ARCHIVED] = {"archived_at": clock.now(), "archived_why": why}
    try:
        yield
    finally:
        del session.info[ARCHIVED]


class Bulk:
    """New rows waiting to be inserted. `add` returns the id at once; `write` sends everything to the database.

    The session must be in a writing transaction, and must not flush rows of the same tables between `add` and `write`,
    because ids are reserved in advance.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._by = session.info.get("by", (None, Via.shell, None))
        self._now = clock.now()
        self._archived: dict[str, Any] = session.info.get(ARCHIVED, {})
        self._signed = dict(zip(STAMP, (self._now, *self._by), strict=True))
        self._rows: dict[sa.Table, list[dict[str, Any]]] = {}
        self._changes: list[dict[str, Any]] = []
        self._ids: dict[sa.Table, Iterator[int]] = {}

    def add(self, cls: type[Base], **values: Any) -> int:
        """Add a row; return its id, or 0 if its key consists of other records' ids."""
        shape = _shape(cls)
        if shape.makes_id:
            values["id"] = self._next_id(shape.tables[0][0])
        if shape.kind is not None:
            self._stamp(values, shape.kind)
        for table, plain_row, build_row in shape.tables:
            row = plain_row | {name: value for name, value in values.items() if name in plain_row}
            for name, make in build_row:
                if name not in values:
                    row[name] = make(None)
            if table is RECORDS:
                row |= self._archived
            self._rows.setdefault(table, []).append(row)
        if issubclass(cls, Audited):
            self._note(cls, shape, values)
        return int(values["id"]) if shape.makes_id else 0

    def _stamp(self, values: dict[str, Any], kind: str) -> None:
        values["kind"] = kind
        for name, value in (("created_at", self._now), ("changed_at", self._now)):
            values.setdefault(name, value)
        values.setdefault("created_by_id", self._by[0])
        values["changed_by_id"] = self._by[0]

    def _note(self, cls: type[Audited], shape: _Shape, values: dict[str, Any]) -> None:
        diff = {name: [None, plain(x)] for name, x in values.items() if x is not None and name in shape.audited}
        self._changes.append(
            self._signed
            | {
                "root_id": values[shape.root] if shape.root else None,
                "what": "created",
                "table": cls.__tablename__,
                "row_id": "/".join(str(values[name]) for name in shape.key),
                "diff": diff,
            }
        )

    def _next_id(self, table: sa.Table) -> int:
        if table not in self._ids:
            self._ids[table] = _ids_of(self._session, table)
        return next(self._ids[table])

    def write(self) -> None:
        """Insert all rows, with history and search index, and start again empty."""
        self._session.flush()
        connection = self._session.connection()
        for table in sorted(self._rows, key=lambda t: _depth(t, frozenset(self._rows))):
            for rows in _chunks(self._rows[table]):
                _send(connection, table, rows)
        if RECORDS in self._rows:
            for index_rows in RECORDS_INSERTED:
                index_rows(connection, self._rows[RECORDS])
        for rows in _chunks(self._changes):
            _send(connection, HISTORY, rows)
        note_lines(self._session, self._changes, self._signed["batch_id"])
        self._rows, self._changes, self._ids = {}, [], {}


def _send(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all have the same columns, without the statement compiler, which would double the time."""
    names, writers = list(rows[0]), _writers(table, connection.dialect)
    columns = (_convert_values(table.c[n], list(map(itemgetter(n), rows)), writers[n]) for n in names)
    cells = list(zip(*columns, strict=True))
    plain = connection.dialect.identifier_preparer
    into = f"{plain.format_table(table)} ({', '.join(plain.format_column(table.c[n]) for n in names)})"
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({', '.join('?' * len(names))})", cells)  # noqa: S608
        return
    driver: Any = connection.connection
    try:
        with driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in cells:
                copy.write_row(row)
    except driver.dbapi.Error as error:
        raise DBAPIError.instance(f"COPY {into}", None, error, driver.dbapi.Error) from error


def _convert_values(column: sa.Column[Any], values: list[Any], write: Callable[[Any], Any] | None) -> list[Any]:
    """Return the values as the driver takes them; many columns have few different ones."""
    if write is None:
        return values
    if isinstance(column.type, sa.JSON):
        return [write(x) for x in values]
    written = {x: write(x) for x in set(values)}
    return [written[x] for x in values]


@lru_cache(maxsize=256)
def _writers(table: sa.Table, dialect: sa.Dialect) -> dict[str, Any]:
    return {c.key: c.type.dialect_impl(dialect).bind_processor(dialect) for c in table.c}


def _ids_of(session: Session, table: sa.Table) -> Iterator[int]:
    """Yield new ids of a table: the next numbers on SQLite, which has one writer; from the sequence on PostgreSQL."""
    if session.get_bind().dialect.name == "sqlite":
        newest = session.connection().execute(sa.select(sa.func.max(table.c.id))).scalar()
        return count((newest or 0) + 1)
    return _from_sequence(session, table)


def _from_sequence(session: Session, table: sa.Table) -> Iterator[int]:
    name = sa.func.pg_get_serial_sequence(f'"{table.name}"', "id")
    stmt = sa.select(sa.func.nextval(sa.cast(name, sa.Text))).select_from(sa.func.generate_series(1, ID_BLOCK))
    while True:
        yield from session.connection().execute(stmt).scalars().all()


def _depth(table: sa.Table, used: frozenset[sa.Table], above: frozenset[sa.Table] = frozenset()) -> int:
    """Return how many of the tables used are above this one by foreign keys."""
    parents = {fk.column.table for fk in table.foreign_keys} & used - above - {table}
    return 1 + max((_depth(parent, used, above | {table}) for parent in parents), default=0)


def _chunks(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    walk = iter(rows)
    while piece := list(islice(walk, CHUNK)):
        yield piece
