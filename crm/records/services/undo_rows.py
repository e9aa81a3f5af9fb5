"""Undo what a batch changed in one row: delete it, restore its former values, or add it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.chunks import chunked
from crm.core.data.net_changes import NetChange, mapper_of, parse_stored
from crm.core.data.record import Record
from crm.core.hooks import UNDO_LOCKS
from crm.records.policy import ACCESS_COLUMNS

from .active_users import is_active


def load_rows(changes: Iterable[NetChange]) -> list[Any]:
    """Load the rows of changes with one statement per table; the session has them while the result is in use.

    Rows whose key has several columns are few; they are loaded one by one.
    """
    keys = defaultdict(list)
    for change in changes:
        keys[change.table].append(change.key[0])
    rows: list[Any] = []
    for table, ids in keys.items():
        mapper = mapper_of(table)
        if len(mapper.primary_key) == 1:
            for part in chunked(ids):
                rows += db.session.scalars(sa.select(mapper.class_).where(mapper.primary_key[0].in_(part)))
    return rows


def delete_created(change: NetChange) -> bool:
    """Delete a row that a batch created. Return False if it has other values now."""
    row = _get_row(change)
    if row is None:
        return True
    if not _has_values(row, change):
        return False
    db.session.delete(row)
    return True


def reset_row(change: NetChange) -> bool:
    """Set the former values of a row that a batch changed. Return False if it has other values now."""
    row = _get_row(change)
    if row is None or not _has_values(row, change) or _is_opened(row, change):
        return False
    for name, (old, _new) in change.diff.items():
        if name not in ACCESS_COLUMNS and (name != "counselor_id" or old is None or is_active(old)):
            setattr(row, name, parse_stored(change.table, name, old))
    return True


def add_row(change: NetChange) -> bool:
    """Add a row that a batch deleted. Return False if there is one with its key."""
    mapper = mapper_of(change.table)
    if _get_row(change) is not None:
        return False
    key = {mapper.get_property_by_column(c).key: part for c, part in zip(mapper.primary_key, change.key, strict=True)}
    values = {name: parse_stored(change.table, name, pair[0]) for name, pair in change.diff.items()}
    db.session.add(mapper.class_(**key, **values))
    return True


def _get_row(change: NetChange) -> Any:
    return db.session.get(mapper_of(change.table).class_, change.key)


def _has_values(row: Any, change: NetChange) -> bool:
    """Return whether a row still has the values that the action gave it; access is left alone."""
    pairs = {name: pair[1] for name, pair in change.diff.items() if name not in ACCESS_COLUMNS}
    return all(getattr(row, name) == parse_stored(change.table, name, new) for name, new in pairs.items())


def _is_opened(row: Any, change: NetChange) -> bool:
    """Return whether the old team would give others access to a record that is confidential now."""
    return isinstance(row, Record) and row.confidential and "team_id" in change.diff


def lock_for_undo(changes: Sequence[NetChange], other_ids: Iterable[int] = ()) -> None:
    """Lock what must be locked before the rows of the records that undo changes."""
    record_ids = {change.root_id for change in changes if change.root_id is not None} | set(other_ids)
    for hook in UNDO_LOCKS:
        hook(record_ids, changes)
