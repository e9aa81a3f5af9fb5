"""Undo what one request of a user changed: restore old values, archive created records, delete and add back rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.history import ACTION, UNDO, Batch, Change, UndoMode, begin_action, current_action
from crm.core.data.history_at_end import unwritten_changes
from crm.core.data.net_changes import NetChange, load_net_changes, mapper_of, undo_mode
from crm.core.data.record import Record, archive_record, visible
from crm.core.errors import Conflict, NotFound
from crm.core.hooks import BATCH_UNDO, RESTORED_ROWS
from crm.core.mail.outbox.put import cancel_mails
from crm.core.policy import Actor
from crm.core.words import _
from crm.features import FEATURES
from crm.records.policy import ACCESS_COLUMNS, UNDO_MINUTES
from crm.records.recent_actions import have_rights_changed

from .access import keep_readers
from .references import find_references
from .undo_quick import restore_quickly
from .undo_refresh import refresh_undone
from .undo_rows import add_row, delete_created, load_rows, lock_for_undo, reset_row

MAX_CHANGES = 1000
"""The largest action that can be undone."""


class UndoConflict(Conflict):
    """A record was changed after the action, so nothing was undone; `record_id` is the record."""

    def __init__(self, record: Record) -> None:
        name = record.label or record.native_label
        super().__init__(_("“%(name)s” has been changed or used since then, so nothing was undone.", name=name))
        self.record_id = record.id


def name_action(message: str) -> int | None:
    """Give this request's action the message that the user sees. Returns its id, or None if it can't be undone."""
    batch_id = current_action(db.session())
    changes = unwritten_changes(db.session())
    if not _can_be_undone([*changes, *(_list_changes(batch_id) if batch_id else ())]):
        return None
    if batch_id is None:
        return begin_action(db.session(), message)
    stmt = sa.update(Batch).where(Batch.id == batch_id, Batch.title == "").values(title=message[:200])
    return batch_id if db.session.connection().execute(stmt).rowcount else None


def _list_changes(batch_id: int) -> Sequence[Mapping[str, Any]]:
    stmt = sa.select(Change.table, Change.action, Change.diff).where(Change.batch_id == batch_id).limit(MAX_CHANGES + 1)
    return [dict(row) for row in db.session.execute(stmt).mappings()]


def _can_be_undone(changes: Sequence[Mapping[str, Any]]) -> bool:
    modes = {table: undo_mode(table) for table in {change["table"] for change in changes}}
    if len(changes) > MAX_CHANGES or UndoMode.refuse in modes.values():
        return False
    return any(
        modes[change["table"]] is UndoMode.restore
        and (change["action"] != "changed" or change["diff"].keys() - ACCESS_COLUMNS)
        for change in changes
    )


class UndoResult(NamedTuple):
    """An undone action: its message, and the record whose values it restored, if any; `is_undo`: it was an undo."""

    title: str
    record_id: int | None
    is_undo: bool = False


def undo_action(actor: Actor, batch_id: int) -> UndoResult:
    """Undo an action of the actor.

    Records that it created are archived, unless they were changed or used since. Raises NotFound for another user's
    action, Conflict if it is too old or undone already, if the actor's rights changed since, if the actor may not see
    its records anymore, or if later changes conflict with it.
    """
    kind = db.session.scalar(sa.select(Batch.kind).where(Batch.id == batch_id, Batch.actor_id == actor.id))
    if kind in BATCH_UNDO:
        return UndoResult(*BATCH_UNDO[kind](actor, batch_id))
    batch = _get_action(actor, batch_id)
    changes = load_net_changes(batch.id)
    lock_for_undo(changes)
    _begin_undo(batch)
    first = _find_main(_undo_changes(actor, batch, changes))
    batch.undone_at = clock.now()
    return UndoResult(batch.title, first.id if first else None, batch.kind == UNDO)


def undo_records(actor: Actor, batch: Batch, ids: Collection[int]) -> set[int]:
    """Undo what a batch changed in these records; flushes.

    Returns the ids of those that stay as they are, because they were changed or used since, or are hidden now.
    """
    changes = load_net_changes(batch.id, ids)
    lock_for_undo(changes)
    undone = restore_quickly(actor, changes)
    ids = [record_id for record_id in ids if record_id not in undone]
    changes = [change for change in changes if change.root_id not in undone]
    # Together it takes a fraction of the time. A created record that is used now must be refused by itself.
    if not _created_ids(changes) and _is_undone(actor, batch, changes):
        return set()
    by_record: dict[int, list[NetChange]] = {record_id: [] for record_id in ids}
    for change in changes:
        by_record[change.root_id or 0].append(change)
    return {record_id for record_id, own in by_record.items() if not _is_undone(actor, batch, own)}


def _is_undone(actor: Actor, batch: Batch, changes: Sequence[NetChange]) -> bool:
    """Undo changes of a batch. Return False, with nothing undone, if something was changed or used since."""
    try:
        with db.session.begin_nested():
            _undo_changes(actor, batch, changes)
    except Conflict:
        return False
    return True


def _undo_changes(actor: Actor, batch: Batch, changes: Sequence[NetChange]) -> list[Record]:
    """Undo changes of a batch; return the records whose values were restored. Raises Conflict."""
    records = _load_records(actor, changes)
    created = _created_ids(changes)
    used = _find_used(batch, changes, created)
    main = _find_main([records[i] for i in created])
    if main is not None and main.id in used:
        raise UndoConflict(main)
    restored = [change for change in changes if _is_restored(change, created)]
    affected = sorted({change.root_id for change in restored if change.root_id is not None})
    with ExitStack() as stack:
        for record_id in affected:
            stack.enter_context(keep_readers(records[record_id]))
        _restore_rows(restored, records)
    for table in RESTORED_ROWS.keys() & {change.table for change in restored}:
        RESTORED_ROWS[table](actor, [change for change in restored if change.table == table])
    _archive([records[i] for i in created - used])
    refresh_undone(actor, [records[i] for i in affected], restored)
    return [records[i] for i in affected]


def _get_action(actor: Actor, batch_id: int) -> Batch:
    stmt = sa.select(Batch).where(Batch.id == batch_id, Batch.actor_id == actor.id, Batch.kind.in_((ACTION, UNDO)))
    batch = db.session.scalars(stmt.where(Batch.title != "")).one_or_none()
    if batch is None:
        raise NotFound
    if batch.undone_at is not None:
        raise Conflict(_("This was already undone."))
    if clock.now() - batch.at > timedelta(minutes=UNDO_MINUTES):
        raise Conflict(_("This can no longer be undone. Changes can be undone for %(n)d minutes.", n=UNDO_MINUTES))
    if have_rights_changed(actor, batch.id):
        raise Conflict(_("Your role, teams or permissions have changed since then, so nothing was undone."))
    return batch


def _load_records(actor: Actor, changes: Sequence[NetChange]) -> dict[int, Record]:
    """Return the records that an action changed. Raises Conflict if the actor may no longer see one of them."""
    ids = {change.root_id for change in changes} - {None}
    rows = db.session.scalars(sa.select(Record).where(Record.id.in_(ids), visible(actor)))
    records = {row.id: row for row in rows}
    if len(records) < len(ids):
        raise Conflict(_("You no longer have access to all records of this change, so nothing was undone."))
    return records


def _find_main(records: Collection[Record]) -> Record | None:
    """Return the main record of an action: that of the highest feature."""
    ranks = {record.id: -FEATURES.index(type(record).__module__.split(".")[1]) for record in records}
    return min(records, key=lambda record: (ranks[record.id], record.id), default=None)


def _created_ids(changes: Sequence[NetChange]) -> set[int]:
    return {int(c.row_id) for c in changes if c.action == "created" and issubclass(mapper_of(c.table).class_, Record)}


def _find_used(batch: Batch, changes: Sequence[NetChange], created: Collection[int]) -> set[int]:
    """Return the created records that were changed since, or that other records refer to."""
    last = sa.select(sa.func.max(Change.id)).where(Change.batch_id == batch.id).scalar_subquery()
    later = sa.select(Change.root_id).where(Change.root_id.in_(created), Change.id > last)
    changed = db.session.scalars(later.where(Change.batch_id.is_distinct_from(batch.id)))
    rows = {(change.table, change.row_id) for change in changes}
    return {i for i in changed if i is not None} | find_references(created, except_rows=rows)


def _is_restored(change: NetChange, created: Collection[int]) -> bool:
    """Return whether a row is restored; the rows of a created record stay with it."""
    return undo_mode(change.table) is UndoMode.restore and change.root_id not in created


def _restore_rows(changes: Sequence[NetChange], records: dict[int, Record]) -> None:
    """Restore rows: delete new ones, set old values, add deleted ones back. Raises Conflict for a later change."""
    created, changed, deleted = ([c for c in changes if c.action == a] for a in ("created", "changed", "deleted"))
    _in_session = load_rows(changed)  # The session has rows only as long as something refers to them.
    try:
        for undo, rows in ((delete_created, created[::-1]), (reset_row, changed), (add_row, deleted[::-1])):
            for change in rows:
                if not undo(change):
                    raise _conflict(change, records)
                # Rows of several tables are deleted and added one by one, so that references are never broken.
                if undo is not reset_row:
                    db.session.flush()
            db.session.flush()
    except IntegrityError as error:
        raise Conflict(_("Something has changed since then, so nothing was undone.")) from error


def _conflict(change: NetChange, records: dict[int, Record]) -> Conflict:
    if change.root_id is not None:
        return UndoConflict(records[change.root_id])
    return Conflict(_("Something has changed since then, so nothing was undone."))


def _archive(records: Sequence[Record]) -> None:
    for record in records:
        if record.archived_at is None:
            archive_record(record, _("Undone"))
    cancel_mails(db.session(), record_ids=[record.id for record in records])


def _begin_undo(batch: Batch) -> None:
    """Begin this request's action as the undo of another one; the undo of an undo is an action again.

    Call it before the changes are written: their notifications depend on the kind of the action.
    """
    own_id = current_action(db.session()) or begin_action(db.session())
    own = sa.update(Batch).where(Batch.id == own_id).values(kind=UNDO if batch.kind == ACTION else ACTION)
    db.session.connection().execute(own)
