"""Change columns of many records with few statements: history, search index and versions are as after a flush."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.core.data.changed_rows import note_lines
from crm.core.data.chunks import chunked
from crm.core.data.differences import NEVER_AUDITED
from crm.core.data.engines import on_sqlite
from crm.core.data.history import Audited, Change, build_stamp, insert_changes
from crm.core.data.plain_values import plain
from crm.core.data.record import Record
from crm.core.data.summaries import updating_summaries
from crm.core.hooks import TOKENS_CHANGED

RECORDS: sa.Table = Record.__table__  # type: ignore[assignment]


def pause_for_writers(seconds: float) -> None:
    """Wait between two transactions of a long change, so that other writers of SQLite, which try again, come first.

    PostgreSQL has no such lock: there it doesn't wait.
    """
    if on_sqlite():
        time.sleep(seconds)


Derive = Callable[[Sequence[int]], Mapping[int, Mapping[str, Any]]]
"""Returns the columns that follow from those that were set, by id; the same columns for each record."""


def set_columns(
    session: Session,
    cls: type[Record],
    ids: Collection[int],
    values: Mapping[str, Any],
    derive: Derive | None = None,
) -> None:
    """Set columns of records of one class to the same values; rows that have them already stay as they are.

    `derive` is called after that, if other columns follow from these. Expires the loaded records.
    """
    mapper = sa.inspect(cls)
    columns: dict[str, Any] = {name: mapper.column_attrs[name].columns[0] for name in values}
    tables = {column.table for column in columns.values()}
    for part in chunked(ids):
        rows = _load_different(session, mapper, columns, values, part)
        changed = [row[0] for row in rows]
        diffs = {row[0]: _diff(values, row[1:]) for row in rows}
        with updating_summaries(session.connection(), changed, None if derive else values):
            for table in tables if rows else ():
                own = {column.name: values[name] for name, column in columns.items() if column.table is table}
                session.connection().execute(sa.update(table).where(table.c.id.in_(changed)).values(own))
            if derive is not None and changed:
                for record_id, diff in set_derived(session, cls, derive(changed)).items():
                    diffs[record_id] = _join_diffs(diffs[record_id], diff)
        write_changes(session, [_change(cls, record_id, diff) for record_id, diff in diffs.items() if diff])
        touch_all(session, changed)
    expire_records(session)


def set_each(
    session: Session, cls: type[Record], rows: Mapping[int, Mapping[str, Any]], derive: Derive | None = None
) -> None:
    """Set columns of records of one class to values of their own, by id; the same columns for each record.

    As `set_columns`, but the hooks of the history are called.
    """
    for part in chunked(rows):
        new = {record_id: rows[record_id] for record_id in part}
        with updating_summaries(session.connection(), part, None if derive else new[part[0]]):
            diffs = set_derived(session, cls, new)
            for record_id, diff in set_derived(session, cls, derive(part)).items() if derive else ():
                diffs[record_id] = _join_diffs(diffs[record_id], diff)
        lines = [_change(cls, record_id, diff) for record_id, diff in diffs.items() if diff]
        if lines:
            insert_changes(session, lines)
            touch_all(session, [line["root_id"] for line in lines])
    expire_records(session)


def set_derived(
    session: Session, cls: type[Record], rows: Mapping[int, Mapping[str, Any]]
) -> dict[int, dict[str, list[Any]]]:
    """Set columns of records to values of their own. Return what the history has of it, by id; it isn't written."""
    mapper = sa.inspect(cls)
    columns: dict[str, Any] = {name: mapper.column_attrs[name].columns[0] for name in next(iter(rows.values()))}
    old = _load_columns(session, mapper, columns, list(rows))
    for table in {column.table for column in columns.values()}:
        own = {name: column for name, column in columns.items() if column.table is table}
        _update_different(session, table, own, old, rows)
    silent = NEVER_AUDITED | cls.audit_silent
    audited = [name for name in columns if name not in silent]
    diffs = {}
    for record_id, before in old.items():
        new = {name: rows[record_id][name] for name in audited}
        diffs[record_id] = _diff(new, [before[name] for name in audited])
    return diffs


def _update_different(
    session: Session,
    table: Any,
    columns: Mapping[str, Any],
    old: Mapping[int, dict[str, Any]],
    rows: Mapping[int, Mapping[str, Any]],
) -> None:
    """Update the columns of one table in the records whose values differ."""
    changed = [i for i, before in old.items() if any(before[name] != rows[i][name] for name in columns)]
    if not changed:
        return
    stmt = sa.update(table).where(table.c.id == sa.bindparam("record_id"))
    stmt = stmt.values({column: sa.bindparam(f"new_{name}") for name, column in columns.items()})
    parameters = [{"record_id": i} | {f"new_{name}": rows[i][name] for name in columns} for i in changed]
    session.connection().execute(stmt, parameters)
    if "tokens" in columns:
        _call_index(session, [old[i] for i in changed], [{**old[i], **rows[i]} for i in changed])


def _load_columns(
    session: Session, mapper: Any, columns: Mapping[str, Any], ids: Sequence[int]
) -> dict[int, dict[str, Any]]:
    stmt = sa.select(RECORDS.c.id, RECORDS.c.kind, *(column.label(name) for name, column in columns.items()))
    if mapper.local_table is not RECORDS:
        stmt = stmt.join_from(RECORDS, mapper.local_table, mapper.local_table.c.id == RECORDS.c.id)
    result = session.connection().execute(stmt.where(RECORDS.c.id.in_(ids)))
    return {row["id"]: dict(row) for row in result.mappings()}


def _call_index(session: Session, before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> None:
    for update_index in TOKENS_CHANGED:
        update_index(session.connection(), before, after)


def _load_different(
    session: Session, mapper: Any, columns: Mapping[str, Any], values: Mapping[str, Any], ids: Sequence[int]
) -> Sequence[sa.Row[Any]]:
    """Return id and old values of the rows in which one of the columns has another value."""
    differs = sa.or_(*(column.is_distinct_from(values[name]) for name, column in columns.items()))
    stmt = sa.select(RECORDS.c.id, *columns.values()).where(RECORDS.c.id.in_(ids), differs)
    if mapper.local_table is not RECORDS:
        stmt = stmt.join_from(RECORDS, mapper.local_table, mapper.local_table.c.id == RECORDS.c.id)
    return session.connection().execute(stmt.with_for_update()).all()


def _diff(values: Mapping[str, Any], old: Sequence[Any]) -> dict[str, list[Any]]:
    pairs = {name: [plain(before), plain(values[name])] for name, before in zip(values, old, strict=True)}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _join_diffs(first: dict[str, list[Any]], second: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return what two changes of a row, one after the other, changed together."""
    joined = first | {name: [first.get(name, pair)[0], pair[1]] for name, pair in second.items()}
    return {name: pair for name, pair in joined.items() if pair[0] != pair[1]}


def _change(cls: type[Audited], record_id: int, diff: dict[str, list[Any]]) -> dict[str, Any]:
    return {
        "root_id": record_id,
        "action": "changed",
        "table": cls.__tablename__,
        "row_id": str(record_id),
        "diff": diff,
    }


def write_changes(session: Session, changes: Sequence[dict[str, Any]]) -> None:
    """Write lines of the history: root_id, what, table, row_id and diff of each."""
    if changes:
        signed = build_stamp(session)
        session.execute(sa.insert(Change), [signed | change for change in changes])
        note_lines(session, changes, signed["batch_id"])


def touch_all(session: Session, ids: Sequence[int]) -> None:
    """Count a change of dependent rows as a change of these records: version and time stamp advance."""
    if not ids:
        return
    signed = build_stamp(session)
    stamp = {"changed_at": signed["at"], "changed_by_id": signed["actor_id"], "version": RECORDS.c.version + 1}
    session.connection().execute(sa.update(RECORDS).where(RECORDS.c.id.in_(ids)).values(stamp))


def expire_records(session: Session) -> None:
    """Expire loaded records, because they were changed outside the session."""
    for row in session:
        if isinstance(row, Record):
            session.expire(row)
