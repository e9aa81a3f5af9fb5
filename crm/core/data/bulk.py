"""Insert thousands of rows with few statements, with the history and search index that a flush would write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.base import Base
from crm.core.data.changed_rows import CREATED, note_created
from crm.core.data.chunks import chunked
from crm.core.data.differences import NEVER_AUDITED
from crm.core.data.history import STAMP, Audited, Change, author_of
from crm.core.data.plain_values import plain
from crm.core.data.record import Record
from crm.core.data.visibility_keys import add_key
from crm.core.hooks import MANY_ASSIGNED, RECORDS_INSERTED

CHUNK_SIZE = 5_000
"""Rows sent to the database at a time, which limits memory."""
ID_BLOCK = 500
ARCHIVED = "archived_when_inserted"
RECORDS = Record.__table__
HISTORY = Base.metadata.tables[Change.__tablename__]
CHANGE_COLUMNS = (*STAMP, "root_id", "action", "table", "row_id", "diff")
ROOT_AT, TABLE_AT = CHANGE_COLUMNS.index("root_id"), CHANGE_COLUMNS.index("table")


@dataclass(frozen=True, eq=False)
class _TableShape:
    """A table for bulk inserts: its columns with their default values; functions make a new default for each row."""

    table: sa.Table
    names: tuple[str, ...]
    defaults: tuple[Any, ...]
    makers: tuple[tuple[str, Callable[[Any], Any]], ...]


@dataclass(frozen=True)
class _Shape:
    """A mapped class for bulk inserts: its tables from the root down, and what history stores of a new row."""

    tables: tuple[_TableShape, ...]
    kind: str | None
    makes_id: bool
    key: tuple[str, ...]
    audited: frozenset[str]
    root: str | None


@cache
def _shape(cls: type[Base]) -> _Shape:
    mapper = sa.inspect(cls)
    names: dict[Any, str] = {column: a.key for a in mapper.column_attrs for column in a.columns}
    tables = tuple(_table_shape(t, names) for t in mapper.tables if isinstance(t, sa.Table))
    key = tuple(names[c] for c in mapper.primary_key)
    first = mapper.primary_key[0]
    silent = NEVER_AUDITED | getattr(cls, "audit_silent", frozenset()) | set(key)
    audited = {a.key for a in mapper.column_attrs if not a.columns[0].primary_key} - silent
    return _Shape(
        tables=tables,
        kind=mapper.polymorphic_identity if issubclass(cls, Record) else None,
        makes_id=len(key) == 1 and isinstance(first.type, sa.Integer) and not first.foreign_keys,
        key=key,
        audited=frozenset(audited) if issubclass(cls, Audited) else frozenset(),
        root=getattr(cls, "audit_root", None),
    )


def _table_shape(table: sa.Table, names: dict[Any, str]) -> _TableShape:
    defaults: list[tuple[str, Any]] = [(names[c], c.default) for c in table.c]
    return _TableShape(
        table,
        tuple(name for name, _default in defaults),
        tuple(None if d is None or d.is_callable else d.arg for _name, d in defaults),
        tuple((name, d.arg) for name, d in defaults if d is not None and d.is_callable),
    )


@contextmanager
def archiving_new_records(session: Session, why: str) -> Iterator[None]:
    """Let records that are inserted in bulk inside be archived from the start, without history."""
    session.info[ARCHIVED] = {"archived_at": clock.now(), "archived_why": why}
    try:
        yield
    finally:
        del session.info[ARCHIVED]


class BulkInsert:
    """New rows waiting to be inserted. `add` returns the id at once; `write` sends everything to the database.

    The session must be in a writing transaction, and must not flush rows of the same tables between `add` and `write`,
    because ids are reserved in advance.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._author = author_of(session)
        self._now = clock.now()
        self._archived: dict[str, Any] = session.info.get(ARCHIVED, {})
        self._rows: dict[_TableShape, list[tuple[Any, ...]]] = {}
        self._changes: list[tuple[Any, ...]] = []
        self._ids: dict[sa.Table, Iterator[int]] = {}

    def add(self, cls: type[Base], **values: Any) -> int:
        """Add a row; return its id, or 0 if its key consists of other records' ids."""
        shape = _shape(cls)
        if shape.makes_id:
            values["id"] = self._next_id(shape.tables[0].table)
        if shape.kind is not None:
            self._stamp(values, shape.kind)
            add_key(cls, values, archived=bool(self._archived))
        for part in shape.tables:
            new = {name: make(None) for name, make in part.makers if name not in values}
            row = values | new | (self._archived if part.table is RECORDS else {})
            self._rows.setdefault(part, []).append(tuple(map(row.get, part.names, part.defaults)))
        if issubclass(cls, Audited):
            self._note(cls, shape, values)
        return int(values["id"]) if shape.makes_id else 0

    def _stamp(self, values: dict[str, Any], kind: str) -> None:
        values["kind"] = kind
        for name, value in (("created_at", self._now), ("changed_at", self._now)):
            values.setdefault(name, value)
        values.setdefault("created_by_id", self._author.actor_id)
        values["changed_by_id"] = self._author.actor_id

    def _note(self, cls: type[Audited], shape: _Shape, values: dict[str, Any]) -> None:
        diff = {name: [None, plain(x)] for name, x in values.items() if x is not None and name in shape.audited}
        root_id = values[shape.root] if shape.root else None
        row_id = "/".join([str(values[name]) for name in shape.key])
        self._changes.append((self._now, *self._author, root_id, CREATED, cls.__tablename__, row_id, diff))

    def _next_id(self, table: sa.Table) -> int:
        if table not in self._ids:
            self._ids[table] = _ids_of(self._session, table)
        return next(self._ids[table])

    def write(self) -> None:
        """Insert all rows, with history and search index, and start again empty."""
        self._session.flush()
        connection = self._session.connection()
        tables = frozenset(part.table for part in self._rows)
        for part in sorted(self._rows, key=lambda part: _depth(part.table, tables)):
            for rows in chunked(self._rows[part], CHUNK_SIZE):
                _send(connection, part.table, part.names, rows)
        records = [
            dict(zip(p.names, row, strict=True)) for p in self._rows if p.table is RECORDS for row in self._rows[p]
        ]
        for index_rows in RECORDS_INSERTED if records else ():
            index_rows(connection, records)
        for rows in chunked(self._changes, CHUNK_SIZE):
            _send(connection, HISTORY, CHANGE_COLUMNS, rows)
        self._note_created()
        self._note_assigned(records)
        self._rows, self._changes, self._ids = {}, [], {}

    def _note_created(self) -> None:
        ids: dict[str, list[int | None]] = {}
        for change in self._changes:
            ids.setdefault(change[TABLE_AT], []).append(change[ROOT_AT])
        for table, root_ids in ids.items():
            note_created(self._session, table, root_ids, self._author.batch_id)

    def _note_assigned(self, records: Sequence[dict[str, Any]]) -> None:
        assigned: dict[int, list[tuple[str, int]]] = {}
        for row in records:
            if row["counselor_id"] is not None:
                assigned.setdefault(row["counselor_id"], []).append((row["kind"], row["id"]))
        for counselor_id, rows in assigned.items():
            for hook in MANY_ASSIGNED:
                hook(self._session, rows, counselor_id)


def _send(connection: sa.Connection, table: sa.Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows with these columns, without the statement compiler, which would double the time."""
    writers = _writers(table, connection.dialect)
    columns = zip(*rows, strict=True)
    converted = [_convert_values(table.c[n], values, writers[n]) for n, values in zip(names, columns, strict=True)]
    cells = list(zip(*converted, strict=True))
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


def _convert_values(column: sa.Column[Any], values: Sequence[Any], write: Callable[[Any], Any] | None) -> Sequence[Any]:
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
