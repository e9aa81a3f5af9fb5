"""Undo a completed import, part by part: restore what it updated, delete what it created.

Later edits win: a value that was changed since stays, and so does a new record that was changed or is used since.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db, is_one_of
from crm.core.data.history import Change, ChangeSource
from crm.core.data.identity import User
from crm.core.data.net_changes import NetChange, fold_changes, load_net_changes, mapper_of, parse_stored
from crm.core.data.record import Record, archive_record, visible
from crm.core.i18n.formats import moment
from crm.core.mail.outbox.put import cancel_mails
from crm.core.policy import Actor
from crm.core.words import _
from crm.imports.queries.undoing import is_undone
from crm.records.policy import ACCESS_COLUMNS
from crm.records.services import delete_created, find_references, is_active, keep_readers, refresh_undone

from .batch_records import select_batch_records
from .undo import UNDO_SLICE_SIZE, delete_records

MAX_EDITED = 500
"""Most records that an undone import names as kept."""
ALL_IDS = 2**31 - 1


@dataclass
class RevertResult:
    """What undoing an import has done so far; `edited` are records with later edits, as id and explanation.

    `restored_to` is the last record of those that the import updated, `removed_to` of those that it created.
    """

    removed: int = 0
    restored: int = 0
    archived: int = 0
    edited: list[list[Any]] = field(default_factory=list)
    restored_to: int = 0
    removed_to: int = ALL_IDS

    def add_edited(self, record_id: int, why: str) -> None:
        """Name a record whose later edits stay."""
        if len(self.edited) < MAX_EDITED:
            self.edited.append([record_id, why])

    def to_json(self) -> dict[str, Any]:
        """Return the result as the import stores it."""
        return asdict(self)


def revert_slice(actor: Actor, batch_id: int, result: RevertResult, size: int = UNDO_SLICE_SIZE) -> bool:
    """Undo up to `size` records of a batch, first those that it updated. Return whether there were any.

    Created records are deleted newest first: people before the organizations that were created for them.
    """
    new_ids = select_batch_records(batch_id)
    if result.removed_to == ALL_IDS:
        stmt = sa.select(Change.root_id).where(Change.batch_id == batch_id, Change.root_id > result.restored_to)
        stmt = stmt.distinct().where(Change.root_id.not_in(new_ids)).order_by(Change.root_id)
        if updated := _first_ids(stmt, size):
            _restore_records(actor, batch_id, updated, result)
            result.restored_to = updated[-1]
            return True
    created = _first_ids(new_ids.where(Change.root_id < result.removed_to).order_by(Change.root_id.desc()), size)
    if created:
        _remove_records(actor, batch_id, created, result)
        result.removed_to = created[-1]
    return bool(created)


def _first_ids(stmt: sa.Select[Any], size: int) -> list[int]:
    return [i for i in db.session.scalars(stmt.limit(size)) if i is not None]


def _restore_records(actor: Actor, batch_id: int, ids: Sequence[int], result: RevertResult) -> None:
    """Restore records as they were before the batch; name those with later edits."""
    rows = db.session.scalars(sa.select(Record).where(Record.id.in_(ids), visible(actor)))
    records = {row.id: row for row in rows}
    changes = [change for change in load_net_changes(batch_id, ids) if change.root_id in records]
    conflicts: dict[int, list[str]] = {record_id: [] for record_id in records}
    with ExitStack() as stack:
        for record in records.values():
            stack.enter_context(keep_readers(record))
        for change in reversed(changes):
            conflicts[change.root_id or 0] += _restore(change)
        db.session.flush()
    refresh_undone(actor, list(records.values()), changes)
    edited = {record_id: labels for record_id, labels in conflicts.items() if labels}
    details = _describe_later_changes(batch_id, edited.keys())
    for record_id, labels in edited.items():
        fields = ", ".join(dict.fromkeys(filter(None, labels)))
        why = _("Later edits were kept: %(fields)s.", fields=fields) if fields else _("Later edits were kept.")
        result.add_edited(record_id, f"{why} {details.get(record_id, '')}".strip())
    result.restored += len(records) - len(edited)


def _restore(change: NetChange) -> list[str]:
    """Reverse the change of one row. Return the labels of what was edited since and stays; "" for a whole row."""
    if change.action == "created":
        return [] if delete_created(change) else [""]
    row: Any = db.session.get(mapper_of(change.table).class_, change.key) if change.action == "changed" else None
    return [label for name in change.diff if (label := _reset(row, change, name)) is not None] if row else []


def _reset(row: Any, change: NetChange, name: str) -> str | None:
    """Set the old value of a field. Return its label if it was edited since; None if it has the old value now."""
    old, new = (parse_stored(change.table, name, value) for value in change.diff[name])
    current = getattr(row, name)
    label = mapper_of(change.table).column_attrs[name].columns[0].info.get("label")
    opens = name == "team_id" and isinstance(row, Record) and row.confidential
    if current == old or name in ACCESS_COLUMNS or opens:
        return None
    if current != new:
        # A column without a label is derived from others, which are named themselves.
        return str(label) if label else None
    if name != "counselor_id" or old is None or is_active(old):
        setattr(row, name, old)
    return None


def _remove_records(actor: Actor, batch_id: int, ids: Sequence[int], result: RevertResult) -> None:
    """Remove created records; those that were changed or are used since stay and are named."""
    own = set(db.session.scalars(sa.select(Record.id).where(Record.id.in_(ids), visible(actor))))
    changed, undone_batches = _find_changed(batch_id, own)
    used = changed | (set(ids) - own)
    while more := find_references(sorted(own - used), except_rows=()):
        used |= more
    details = _describe_later_changes(batch_id, changed)
    for record_id in sorted(used & own):
        result.add_edited(record_id, details.get(record_id) or _("Other records refer to this record."))
    _remove(batch_id, sorted(own - used), undone_batches, result)


def _find_changed(batch_id: int, ids: Collection[int]) -> tuple[set[int], set[int]]:
    """Return the records that were changed by others than the batch, and batches of which nothing is left in the rest.

    Those are later imports, actions and the like that were undone, and their undo.
    """
    stmt = sa.select(Change, is_undone(Change.batch_id)).where(
        is_one_of(Change.root_id, ids), Change.batch_id.is_distinct_from(batch_id)
    )
    rows = db.session.execute(stmt.order_by(Change.id)).all()
    net = fold_changes(NetChange(c.table, c.row_id, c.root_id, c.action, c.diff) for c, _is_undone in rows)
    changed = {c.root_id for c, is_undone in rows if not is_undone} | {change.root_id for change in net}
    undone_batches = {c.batch_id or 0 for c, _is_undone in rows if c.root_id not in changed}
    return {i for i in changed if i is not None}, undone_batches


def _remove(batch_id: int, ids: Sequence[int], undone_batches: Collection[int], result: RevertResult) -> None:
    """Delete records; archive those that emails or reminders refer to."""
    cancel_mails(db.session(), record_ids=ids)
    remaining = delete_records(batch_id, ids, undone_batches) if ids else []
    stmt = sa.select(Record).where(Record.id.in_(remaining), Record.archived_at.is_(None))
    for record in db.session.scalars(stmt) if remaining else ():
        archive_record(record, _("Import undone"))
    result.archived += len(remaining)
    result.removed += len(ids) - len(remaining)


def _describe_later_changes(batch_id: int, ids: Collection[int]) -> dict[int, str]:
    """Return who last changed these records after a batch, and when: "Changed by Boris Klein, Dec 3, 5:00 PM."."""
    last = sa.select(sa.func.max(Change.id)).where(Change.batch_id == batch_id).scalar_subquery()
    newest = sa.select(sa.func.max(Change.id)).where(Change.root_id.in_(ids), Change.id > last)
    stmt = sa.select(Change.root_id, Change.at, User.name).outerjoin(User, User.id == Change.actor_id)
    stmt = stmt.where(Change.id.in_(newest.where(Change.via != ChangeSource.import_).group_by(Change.root_id)))
    return (
        {i or 0: _describe_change(changed_at, name) for i, changed_at, name in db.session.execute(stmt)} if ids else {}
    )


def _describe_change(changed_at: datetime, name: str | None) -> str:
    when = moment(changed_at)
    return _("Changed by %(name)s, %(when)s.", name=name, when=when) if name else _("Changed %(when)s.", when=when)
