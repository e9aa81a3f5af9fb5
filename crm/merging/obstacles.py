"""What was changed since a merge, so that it can't be undone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.chunks import chunked
from crm.core.data.history import Batch, Change
from crm.core.data.net_changes import NetChange, load_net_changes, mapper_of, parse_stored
from crm.core.data.plain_values import row_key
from crm.core.data.record import Record, visible
from crm.core.policy import Actor

from .models import Merge
from .policy import has_other_readers

Rows = dict[tuple[str, str], Any]
"""Rows with history by table and id as the history writes it."""
CHUNK_SIZE = 300
DERIVED = frozenset({"label", "native_label", "position"})
"""Columns that follow from others: they are set again, whatever they are by now."""


class ChangedRecord(NamedTuple):
    """A record that was changed since the merge, and the labels of its changed fields."""

    id: int
    kind: str
    label: str
    native_label: str
    fields: str


class LaterMerge(NamedTuple):
    """A later merge of one of the records, which has to be undone first."""

    id: int
    title: str


class Obstacles(NamedTuple):
    """What keeps a merge from being undone. `is_hidden`: also a record that the actor may not see."""

    records: list[ChangedRecord]
    merges: list[LaterMerge]
    is_hidden: bool

    @property
    def is_blocked(self) -> bool:
        """Whether there is any."""
        return bool(self.records or self.merges or self.is_hidden)


NO_OBSTACLES = Obstacles([], [], is_hidden=False)


def find_obstacles(actor: Actor, merge: Merge) -> Obstacles:
    """Return what was changed since a merge, in rows that un-merge would have to change."""
    changes = load_net_changes(merge.batch_id)
    rows, labels = load_rows(changes), defaultdict[int, dict[str, None]](dict)
    for change in _iterate_conflicts(changes, rows):
        # The duplicate is archived: its obstacles are listed under the survivor.
        is_in_survivor = change.root_id in (None, merge.duplicate_id)
        record_id = merge.survivor_id if is_in_survivor else change.root_id
        labels[record_id or 0].update(dict.fromkeys(_changed_labels(rows.get(change[:2]), change)))
    ids = {merge.survivor_id if i == merge.duplicate_id else i for i in (*labels, *_find_deleted_rows(merge))}
    if _has_other_access(merge):
        ids.add(merge.survivor_id)
    stmt = sa.select(Record.id, Record.kind, Record.label, Record.native_label)
    stmt = stmt.where(Record.id.in_(ids), visible(actor)).order_by(Record.kind, Record.sort_key, Record.id)
    records = [ChangedRecord(*row, ", ".join(labels[row.id])) for row in db.session.execute(stmt)]
    return Obstacles(records, list(_later_merges(merge)), len(records) < len(ids))


def load_rows(changes: Iterable[NetChange]) -> Rows:
    """Return the current rows of changes, with a few statements per table."""
    by_table: dict[str, list[NetChange]] = defaultdict(list)
    for change in changes:
        by_table[change.table].append(change)
    rows: Rows = {}
    for table, parts in by_table.items():
        mapper = mapper_of(table)
        key: Any = sa.tuple_(*mapper.primary_key) if len(mapper.primary_key) > 1 else mapper.primary_key[0]
        for chunk in chunked(parts, CHUNK_SIZE):
            keys = [change.key if len(mapper.primary_key) > 1 else change.key[0] for change in chunk]
            for row in db.session.scalars(sa.select(mapper.class_).where(key.in_(keys))):
                rows[table, row_key(row)] = row
    return rows


def _iterate_conflicts(changes: Sequence[NetChange], rows: Rows) -> Iterator[NetChange]:
    """Yield the changes whose row has changed since."""
    for change in changes:
        row = rows.get(change[:2])
        match change.action:
            case "created":
                is_changed = row is not None and not has_values(row, change)
            case "deleted":
                is_changed = row is not None
            case _:
                is_changed = row is None or not has_values(row, change)
        if is_changed:
            yield change


def _changed_labels(row: Any, change: NetChange) -> Iterator[str]:
    """Yield the labels of the fields that no longer have the value that the merge gave them."""
    columns = mapper_of(change.table).columns
    for name, (_before, after) in change.diff.items() if row is not None else ():
        label = columns[name].info.get("label") if name in columns and name not in DERIVED else None
        if label is not None and getattr(row, name) != parse_stored(change.table, name, after):
            yield str(label)


def has_values(row: Any, change: NetChange) -> bool:
    """Return whether a row still has the values that the merge gave it."""
    pairs = ((name, pair[1]) for name, pair in change.diff.items() if name not in DERIVED)
    return all(getattr(row, name) == parse_stored(change.table, name, new) for name, new in pairs)


def _find_deleted_rows(merge: Merge) -> Iterator[int]:
    """Yield the records of rows into which others were joined, and that were deleted since."""
    targets = [NetChange(table, key, None, "changed", {}) for table, key in merge.unlogged["twins"]]
    rows = load_rows(targets)
    for row in targets:
        if row[:2] not in rows:
            stmt = sa.select(Change.root_id).where(Change.table == row.table, Change.row_id == row.row_id)
            root_id = db.session.scalar(stmt.order_by(Change.id.desc()).limit(1))
            yield root_id or merge.survivor_id


def _has_other_access(merge: Merge) -> bool:
    """Return whether the survivor has other readers since: the restored duplicate would have the former ones."""
    records = {
        r.id: r
        for r in db.session.scalars(sa.select(Record).where(Record.id.in_((merge.survivor_id, merge.duplicate_id))))
    }
    return has_other_readers(records[merge.survivor_id], records[merge.duplicate_id])


def _later_merges(merge: Merge) -> Iterator[LaterMerge]:
    ids = (merge.survivor_id, merge.duplicate_id)
    stmt = (
        sa.select(Merge.batch_id, Batch.title)
        .join(Batch, Batch.id == Merge.batch_id)
        .where(Merge.batch_id > merge.batch_id, Batch.undone_at.is_(None))
        .where(sa.or_(Merge.survivor_id.in_(ids), Merge.duplicate_id.in_(ids)))
        .order_by(Merge.batch_id.desc())
    )
    return (LaterMerge(*row) for row in db.session.execute(stmt))
