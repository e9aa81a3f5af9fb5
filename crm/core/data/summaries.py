"""Summary tables: sums of records that pages read instead of the records, written in the transaction that changes them.

The rows of a key add up to its sums. A change adds rows, what it subtracts and what it adds, instead of changing a row:
writers never wait for each other. A job joins the rows of a key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from crm.core.data.base import db
from crm.core.data.chunks import chunked
from crm.core.data.record import Record
from crm.core.hooks import RECORDS_INSERTED

MAX_SPARE_ROWS = 200
"""How many rows a summary table may have besides one for each key before they are joined."""
CHUNK_SIZE = 5_000
"""Ids in one statement."""
Ids = Collection[int] | sa.Select[Any]


@dataclass(frozen=True, eq=False)
class Summary:
    """A summary table: its key columns, and its measures, which are whole numbers that add up.

    `statements` select both by class of record, grouped by key. `watched` are the attributes of a record on which its
    part of the sums depends.
    """

    table: Any
    keys: tuple[str, ...]
    measures: tuple[str, ...]
    statements: Mapping[type[Record], sa.Select[Any]]
    watched: frozenset[str]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its keys and measures."""
        return (*self.keys, *self.measures)


SUMMARIES: list[Summary] = []
"""The summary tables of all features."""


@lru_cache(maxsize=64)
def _insert_stmt(summary: Summary, cls: type[Record], *, limited: bool) -> sa.Insert:
    """Return the statement that adds the sums of records, times `sign`."""
    stmt = summary.statements[cls]
    if limited:
        stmt = stmt.where(Record.__table__.c.id.in_(sa.bindparam("ids", expanding=True)))
    return _insert_from(summary, stmt)


def _insert_from(summary: Summary, stmt: sa.Select[Any]) -> sa.Insert:
    sums = stmt.subquery()
    sign = sa.bindparam("sign", type_=sa.Integer)
    measures = (sa.cast(sums.c[name] * sign, summary.table.c[name].type) for name in summary.measures)
    rows = sa.select(*(sums.c[name] for name in summary.keys), *measures)
    return sa.insert(summary.table).from_select(list(summary.columns), rows)


def add_records(connection: Connection, ids: Ids, sign: int, names: Collection[str] | None = None) -> None:
    """Add records of any kind to the summary tables (sign 1), or subtract them (-1), as they are in the database.

    `names` limits it to the tables that depend on these attributes.
    """
    for summary in SUMMARIES:
        if names is not None and summary.watched.isdisjoint(names):
            continue
        for cls, stmt in summary.statements.items():
            if isinstance(ids, sa.Select):
                limited = stmt.where(Record.__table__.c.id.in_(ids))
                connection.execute(_insert_from(summary, limited), {"sign": sign})
            else:
                _add(connection, summary, cls, ids, sign)


def _add(connection: Connection, summary: Summary, cls: type[Record], ids: Collection[int], sign: int) -> None:
    for part in chunked(sorted(ids), CHUNK_SIZE):
        connection.execute(_insert_stmt(summary, cls, limited=True), {"ids": part, "sign": sign})


@contextmanager
def updating_summaries(connection: Connection, ids: Ids, names: Collection[str] | None = None) -> Iterator[None]:
    """Keep the summary tables up to date while statements change records without a flush, by `add_records`."""
    add_records(connection, ids, -1, names)
    yield
    add_records(connection, ids, 1, names)


def _add_inserted(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Add the records of a bulk insert; archived ones are in no summary table."""
    by_kind: dict[str, list[int]] = {}
    for row in rows:
        if row["archived_at"] is None:
            by_kind.setdefault(row["kind"], []).append(row["id"])
    for summary in SUMMARIES:
        for cls in summary.statements:
            _add(connection, summary, cls, by_kind.get(str(cls.__mapper__.polymorphic_identity), ()), 1)


RECORDS_INSERTED.append(_add_inserted)


def _is_changed(row: Record, watched: frozenset[str]) -> bool:
    attributes = sa.inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in watched)


def _iterate_summaries(rows: Collection[Any]) -> Iterator[tuple[Summary, type[Record], list[Record]]]:
    """Yield each summary and class with the rows of the class."""
    records = [row for row in rows if isinstance(row, Record)]
    for summary in SUMMARIES if records else ():
        for cls in summary.statements:
            own = [row for row in records if isinstance(row, cls)]
            if own:
                yield summary, cls, own


@event.listens_for(Session, "before_flush")
def _subtract_old(session: Session, _context: Any, _instances: Any) -> None:
    """Subtract the records that the flush changes or deletes, as they still are in the database."""
    subtracted = []
    for summary, cls, rows in _iterate_summaries([*session.dirty, *session.deleted]):
        ids = {row.id for row in rows if row in session.deleted or _is_changed(row, summary.watched)}
        if ids:
            _add(session.connection(), summary, cls, ids, -1)
            subtracted.append((summary, cls, ids))
    session.info["subtracted"] = subtracted


@event.listens_for(Session, "after_flush")
def _add_new(session: Session, _context: Any) -> None:
    """Add the records that the flush created or changed, as they are now."""
    for summary, cls, ids in session.info.pop("subtracted", ()):
        _add(session.connection(), summary, cls, ids, 1)
    for summary, cls, rows in _iterate_summaries(list(session.new)):
        _add(session.connection(), summary, cls, {row.id for row in rows}, 1)


def _select_expected(summary: Summary) -> sa.Select[Any]:
    """Select the right sums of all records."""
    parts = (sa.select(stmt.subquery()) for stmt in summary.statements.values())
    return join_sums(summary, sa.union_all(*parts).subquery())


def join_sums(summary: Summary, rows: Any) -> sa.Select[Any]:
    """Select one row per key with its sums, without keys that have only zeros."""
    sums = [sa.cast(sa.func.sum(rows.c[name]), sa.BigInteger).label(name) for name in summary.measures]
    is_used = sa.or_(*(sa.func.sum(rows.c[name]) != 0 for name in summary.measures))
    keys = [rows.c[name] for name in summary.keys]
    return sa.select(*keys, *sums).group_by(*keys).having(is_used)


def find_wrong_sums() -> list[str]:
    """Compare the summary tables with the records; return "table: key" of each difference."""
    wrong = []
    for summary in SUMMARIES:
        stored, expected = join_sums(summary, summary.table).subquery(), _select_expected(summary).subquery()
        for first, second in ((stored, expected), (expected, stored)):
            rows = db.session.execute(sa.except_(sa.select(first), sa.select(second)))
            wrong += [f"{summary.table.name} {'/'.join(map(str, row[: len(summary.keys)]))}" for row in rows]
    return sorted(set(wrong))


def rebuild_sums() -> None:
    """Compute all summary tables again from the records."""
    connection = db.session.connection()
    for summary in SUMMARIES:
        if connection.dialect.name == "postgresql":
            # Others must not change records between the two statements.
            connection.execute(sa.text(f"LOCK TABLE {summary.table.name} IN EXCLUSIVE MODE"))
        connection.execute(sa.delete(summary.table))
        for cls in summary.statements:
            connection.execute(_insert_stmt(summary, cls, limited=False), {"sign": 1})


def join_rows() -> None:
    """Join the rows of each key in the summary tables that have many of them."""
    connection = db.session.connection()
    for summary in SUMMARIES:
        keys = sa.select(*(summary.table.c[name] for name in summary.keys)).distinct().subquery()
        counts = (sa.select(sa.func.count()).select_from(table) for table in (summary.table, keys))
        row_count, key_count = (connection.execute(stmt).scalar_one() for stmt in counts)
        if row_count - key_count > MAX_SPARE_ROWS:
            _join_rows_of(connection, summary)


def _join_rows_of(connection: Connection, summary: Summary) -> None:
    """Replace the rows that a transaction sees; those that others add meanwhile stay."""
    columns = (summary.table.c[name] for name in summary.columns)
    sums: dict[tuple[Any, ...], list[int]] = {}
    for row in connection.execute(sa.delete(summary.table).returning(*columns)):
        key, measures = tuple(row[: len(summary.keys)]), row[len(summary.keys) :]
        sums[key] = [a + b for a, b in zip(sums.get(key, [0] * len(measures)), measures, strict=True)]
    new = [dict(zip(summary.columns, (*key, *sums[key]), strict=True)) for key in sums if any(sums[key])]
    if new:
        connection.execute(sa.insert(summary.table), new)
