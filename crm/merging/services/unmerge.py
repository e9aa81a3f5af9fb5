"""Undo a merge: everything is as before, or the records that were changed since are named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.history import MERGE, UNMERGE, Batch, in_batch
from crm.core.data.net_changes import NetChange, build_row, load_net_changes, parse_stored
from crm.core.data.record import Record, refresh_derived, update_dependents
from crm.core.errors import Conflict, Forbidden, NotFound
from crm.core.hooks import BATCH_UNDO, UNDONE
from crm.core.policy import Actor
from crm.core.words import _
from crm.followups.dates import refresh_next_steps
from crm.interactions.dates import update_last_dates
from crm.interactions.services import refresh_words
from crm.merging.models import Merge
from crm.merging.obstacles import Rows, find_obstacles, load_rows
from crm.merging.policy import MERGE_DAYS, is_too_old, may_unmerge
from crm.opportunities.models import Opportunity
from crm.people.models import Person
from crm.records.services import is_active, lock_for_undo

from .screening import restore_screenings, withdraw_new_screening
from .unlogged import SILENT, remove_new_dates, restore_unlogged


def unmerge(actor: Actor, merge: Merge) -> Record:
    """Undo a merge; returns the restored duplicate.

    Raises Forbidden without the right, and Conflict if it was undone already, is too old, or later changes stand in the
    way (`find_obstacles` names them).
    """
    batch = db.session.get_one(Batch, merge.batch_id)
    survivor, duplicate = (db.session.get_one(Record, i) for i in (merge.survivor_id, merge.duplicate_id))
    if not may_unmerge(actor, survivor, is_own=batch.actor_id == actor.id):
        raise Forbidden
    if batch.undone_at is not None:
        raise Conflict(_("This was already undone."))
    if is_too_old(batch.at, clock.now()):
        raise Conflict(_("This merge can no longer be undone. Merges can be undone for %(n)d days.", n=MERGE_DAYS))
    if find_obstacles(actor, merge).is_blocked:
        raise Conflict(_("Something has changed since then, so nothing was undone."))
    batch.undone_at = clock.now()
    own = Batch(uid=new_uid(), kind=UNMERGE, title="", at=clock.now(), actor_id=actor.id)
    db.session.add(own)
    db.session.flush()
    with in_batch(db.session(), own):
        _restore(actor, merge, survivor, duplicate, batch.at)
        restore_screenings(merge.unlogged.get("withdrawal"), batch.at)
    db.session.flush()
    return duplicate


def undo_batch(actor: Actor, batch_id: int) -> tuple[str, int]:
    """Undo the merge of a batch of the actor. Returns its title and the record that is there again."""
    merge, batch = db.session.get(Merge, batch_id), db.session.get(Batch, batch_id)
    if merge is None or batch is None or batch.actor_id != actor.id:
        raise NotFound
    return batch.title, unmerge(actor, merge).id


BATCH_UNDO[MERGE] = undo_batch


def _restore(actor: Actor, merge: Merge, survivor: Record, duplicate: Record, merged_at: datetime) -> None:
    changes = load_net_changes(merge.batch_id)
    lock_for_undo(changes, {survivor.id, duplicate.id, *map(int, merge.unlogged["silent"])})
    rows = load_rows(changes)
    try:
        restore_rows(changes, rows)
        restore_unlogged(merge)
    except IntegrityError as error:
        raise Conflict(_("Something has changed since then, so nothing was undone.")) from error
    stale = _restore_silent(merge)
    if isinstance(survivor, Opportunity):
        # The list of its changes gets the way back.
        UNDONE[survivor.kind](actor, {survivor: [change for change in changes if change.root_id == survivor.id]})
        withdraw_new_screening(survivor, changes, merged_at)
    _refresh(actor, [survivor, duplicate], stale)
    refresh_words({change.root_id for change in changes if change.table == Person.__tablename__ and change.root_id})
    remove_new_dates(merge.unlogged)


def restore_rows(changes: Sequence[NetChange], rows: Rows) -> None:
    """Restore rows with history: delete new ones, add deleted ones back, set old values."""
    for change in reversed(changes):
        if change.action == "created" and (row := rows.get(change[:2])) is not None:
            db.session.delete(row)
    db.session.flush()
    db.session.add_all(build_row(change) for change in changes if change.action == "deleted")
    for change in changes:
        if change.action == "changed" and (row := rows.get(change[:2])) is not None:
            _set_old_values(row, change)
    db.session.flush()


def _set_old_values(row: Any, change: NetChange) -> None:
    for name, (old, _new) in change.diff.items():
        # A counselor who was deactivated since doesn't get records back.
        if name != "counselor_id" or old is None or is_active(old):
            setattr(row, name, parse_stored(change.table, name, old))


def _restore_silent(merge: Merge) -> list[Record]:
    """Restore columns without history. Returns the records in which one has another value by now."""
    stale = []
    for record_id, columns in merge.unlogged["silent"].items():
        record = db.session.get_one(Record, int(record_id))
        if any(getattr(record, name) != columns[name][1] for name in SILENT if name in columns):
            stale.append(record)
            continue
        for name, (old, _new) in columns.items():
            setattr(record, name, old)
    db.session.flush()
    return stale


def _refresh(actor: Actor, roots: Sequence[Record], stale: Sequence[Record]) -> None:
    """Update what is derived from the records, and the names of those that changed since the merge."""
    for record in stale:
        if record.kind in UNDONE:
            UNDONE[record.kind](actor, {record: ()})
        update_dependents(record)
    for record in roots:
        refresh_derived(record)
    ids = [record.id for record in roots]
    update_last_dates(ids)
    refresh_next_steps(ids)
