"""What a merge changes without a history: bookmarks, links of timelines, search tokens. Stored as JSON for un-merge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from crm.core.data.base import Base, Instant, db, fetch
from crm.core.data.plain_values import row_key
from crm.core.data.record import Record
from crm.core.data.record_dates import RecordDates
from crm.merging.models import Merge
from crm.merging.rules import MergeRule

if TYPE_CHECKING:
    from crm.merging.references import Reference

    from .moving import MergeRun

SILENT = ("tokens", "sort_key", "restricted", "without_managers")
"""Columns of records that the history leaves out, and that a merge may change."""
RowValues = dict[str, Any]


@dataclass
class UnloggedChanges:
    """What un-merge needs besides the history.

    removed: rows of the duplicate, by reference. added: rows that the survivor got instead. changed: rows of the
    survivor that took a value from a removed one, as (before, after). twins (a stored name): table and key of the rows
    with history into which others were joined. silent: by record id and column the values before and after. dated: the
    teams for which each record had a row of derived dates. withdrawal: the batch that withdrew screenings.
    """

    removed: dict[str, list[RowValues]] = field(default_factory=dict)
    added: dict[str, list[RowValues]] = field(default_factory=dict)
    changed: dict[str, list[list[RowValues]]] = field(default_factory=dict)
    twins: list[list[str]] = field(default_factory=list)
    silent: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    dated: dict[str, list[int]] = field(default_factory=dict)
    withdrawal: int | None = None

    def note_join_target(self, row: Any) -> None:
        """Note a row into which another one was joined."""
        self.twins.append([row.__tablename__, row_key(row)])

    def note_dates(self, *records: Record) -> None:
        """Note for which teams records have derived dates."""
        for record in records:
            stmt = sa.select(RecordDates.team_key).where(RecordDates.record_id == record.id)
            self.dated[str(record.id)] = sorted(db.session.scalars(stmt))

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)


@contextmanager
def noting_silent_columns(unlogged: UnloggedChanges) -> Iterator[None]:
    """Note the changes of columns without history that are flushed inside."""
    session = db.session()

    def note(flushed: Session, _context: Any) -> None:
        for row in flushed.dirty:
            if isinstance(row, Record):
                _note_columns(unlogged, row)

    event.listen(session, "after_flush", note)
    try:
        yield
        session.flush()
    finally:
        event.remove(session, "after_flush", note)


def _note_columns(unlogged: UnloggedChanges, row: Record) -> None:
    for name in SILENT:
        history = sa.inspect(row).attrs[name].history
        if history.has_changes() and history.deleted:
            values = unlogged.silent.setdefault(str(row.id), {})
            values[name] = [values[name][0] if name in values else history.deleted[0], getattr(row, name)]


def move_unlogged(run: MergeRun, reference: Reference) -> tuple[int, int]:
    """Move the rows of a table without history. Returns how many were moved and joined."""
    table, column = reference.mapper.local_table, reference.attribute
    rows, existing = (_load(table, column, record.id) for record in (run.duplicate, run.survivor))
    existing_by_key = {_key(reference.rule, row): row for row in existing}
    added: list[RowValues] = []
    for row in rows:
        match = existing_by_key.get(_key(reference.rule, row))
        if match is None:
            added.append(row | {column: run.survivor.id})
            continue
        joined = match | {name: match[name] or row[name] for name in reference.rule.any_of}
        if joined != match:
            _update(table, match, joined)
            run.unlogged.changed.setdefault(reference.name, []).append([_dump(match), _dump(joined)])
    if rows:
        db.session.execute(sa.delete(table).where(table.c[column] == run.duplicate.id))
    if added:
        db.session.execute(sa.insert(table), added)
    run.unlogged.removed[reference.name] = [_dump(row) for row in rows]
    run.unlogged.added[reference.name] = [_dump(row) for row in added]
    return len(added), len(rows) - len(added)


def restore_unlogged(merge: Merge) -> None:
    """Return the rows of tables without history to the record that had them; later changes of them stay."""
    stored = merge.unlogged
    for name in stored["removed"]:
        table, column = Base.metadata.tables[name.split(".")[0]], name.split(".")[1]
        rows = [*_load(table, column, merge.survivor_id), *_load(table, column, merge.duplicate_id)]
        existing = {_identity(table, row): row for row in rows}
        added = [_parse(table, row) for row in stored["added"].get(name, ())]
        _delete(table, [row for row in added if existing.get(_identity(table, row)) == row])
        for before, after in stored["changed"].get(name, ()):
            old, new = _parse(table, before), _parse(table, after)
            if existing.get(_identity(table, new)) == new:
                _update(table, new, old)
        removed = [_parse(table, row) for row in stored["removed"][name]]
        missing = [row for row in removed if _identity(table, row) not in existing]
        if missing:
            db.session.execute(sa.insert(table), missing)


def remove_new_dates(stored: dict[str, Any]) -> None:
    """Delete the rows of derived dates that say columns and weren't there before the merge."""
    dates = RecordDates
    columns = (dates.last_interaction_at, dates.last_reached_at, dates.next_follow_up_on)
    for record_id, teams in stored["dated"].items():
        stmt = sa.delete(dates).where(dates.record_id == int(record_id), dates.team_key.not_in(teams))
        db.session.execute(stmt.where(*(column.is_(None) for column in columns)))


def _load(table: Any, column: str, record_id: int) -> list[RowValues]:
    stmt = sa.select(*table.c).where(table.c[column] == record_id).order_by(*table.primary_key)
    return [dict(zip(table.c.keys(), row, strict=True)) for row in fetch(stmt)]


def _key(rule: MergeRule, row: RowValues) -> tuple[Any, ...]:
    return tuple(row[name] for name in rule.same)


def _identity(table: Any, row: RowValues) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key)


def _delete(table: Any, rows: Sequence[RowValues]) -> None:
    keys = [column.name for column in table.primary_key]
    is_row = sa.and_(*(table.c[name] == sa.bindparam(f"key_{name}") for name in keys))
    if rows:
        params = [{f"key_{name}": row[name] for name in keys} for row in rows]
        db.session.connection().execute(sa.delete(table).where(is_row), params)


def _update(table: Any, row: RowValues, values: RowValues) -> None:
    is_row = sa.and_(*(column == row[column.name] for column in table.primary_key))
    db.session.execute(sa.update(table).where(is_row).values(values))


def _dump(row: RowValues) -> RowValues:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def _parse(table: Any, row: RowValues) -> RowValues:
    values = dict(row)
    for column in table.c:
        text = values.get(column.name)
        if text and isinstance(column.type, (Instant, sa.DateTime)):
            values[column.name] = datetime.fromisoformat(text)
    return values
