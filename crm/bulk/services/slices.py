"""Change many records in slices, each in a transaction so short that other writers wait less than a second.

Commits by itself: called by the job. A slice and the position after it are written together, so that another worker
continues an interrupted change where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from crm.bulk.models import BulkRun
from crm.bulk.policy import BulkState
from crm.bulk.queries import load_run_actor
from crm.bulk.texts import describe_result
from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.bulk_changes import pause_for_writers
from crm.core.data.history import UNDO, Batch, Change, ChangeSource, act_as, same_author_after
from crm.core.data.identity import User
from crm.core.data.jobs import stopping
from crm.core.i18n.formats import as_read_by
from crm.core.policy import Actor
from crm.core.words import _
from crm.records.services import undo_records

from .operations import BulkChange
from .rows import change_rows
from .runs import add_outcome, add_refused, change_of

BATCH_KIND = "bulk"
TARGET_SECONDS = 0.4
"""Target duration of a slice; sets the number of records of the next one."""
PAUSE_SECONDS = 0.03
FIRST_ROWS, MIN_ROWS, MAX_ROWS = 50, 10, 2_000
LEASE = timedelta(minutes=2)


def continue_run(run_id: int) -> bool:
    """Carry out a change or its undo to the end. Return False if another worker has it or the process is stopping."""
    worker = new_uid()
    if not _claim(run_id, worker):
        return False
    run = db.session.get_one(BulkRun, run_id)
    actor, change, rows = load_run_actor(run), change_of(run), FIRST_ROWS
    with as_read_by(actor):
        while not stopping.is_set():
            began = time.monotonic()
            if not _renew(run_id, worker):
                return False
            run = db.session.get_one(BulkRun, run_id, populate_existing=True)
            if run.state is BulkState.undoing:
                is_done = _undo_slice(actor, run, rows)
            else:
                is_done = _cancel_if_deactivated(run) or _slice(actor, change, run, rows)
            if is_done:
                run.lease_until = run.worker = None
            db.session.commit()
            if is_done:
                return True
            rows = _next_size(rows, time.monotonic() - began)
            pause_for_writers(PAUSE_SECONDS)
    _update(sa.and_(BulkRun.id == run_id, BulkRun.worker == worker), worker=None, lease_until=None)
    return False


def _next_size(rows: int, seconds: float) -> int:
    return max(MIN_ROWS, min(MAX_ROWS, int(rows * min(4.0, TARGET_SECONDS / max(seconds, 0.001)))))


def _claim(run_id: int, worker: str) -> bool:
    is_free = sa.or_(BulkRun.lease_until.is_(None), BulkRun.lease_until < clock.real_now())
    return _update(sa.and_(BulkRun.id == run_id, is_free), worker=worker, lease_until=clock.real_now() + LEASE)


def _renew(run_id: int, worker: str) -> bool:
    own = sa.and_(BulkRun.id == run_id, BulkRun.worker == worker)
    result: Any = db.session.execute(sa.update(BulkRun).where(own).values(lease_until=clock.real_now() + LEASE))
    return bool(result.rowcount)


def _update(condition: sa.ColumnElement[bool], **values: Any) -> bool:
    result: Any = db.session.execute(sa.update(BulkRun).where(condition).values(**values))
    db.session.commit()
    return bool(result.rowcount)


def _cancel_if_deactivated(run: BulkRun) -> bool:
    """Cancel a change whose user was deactivated meanwhile; return whether it was."""
    if db.session.scalar(sa.select(User.active).where(User.id == run.user_id)):
        return False
    run.state = BulkState.canceled
    return True


def _slice(actor: Actor, change: BulkChange, run: BulkRun, rows: int) -> bool:
    """Change the next records. Return whether they were the last ones."""
    if run.batch_id is None:
        run.batch_id = _add_batch(actor, BATCH_KIND).id
    run.state = BulkState.running
    part = run.ids[run.position : run.position + rows]
    with _recording_changes(actor, run.batch_id):
        add_outcome(run, change_rows(actor, change, part))
    run.position += len(part)
    if run.position < run.total:
        return False
    run.state = BulkState.done
    batch = db.session.get_one(Batch, run.batch_id)
    batch.at, batch.title = clock.now(), f"{run.operation.label}: {describe_result(run.operation, run.changed)}"
    if not run.changed:
        # Nothing to undo: the undo key and Recent changes go on with the change before.
        run.batch_id = None
        db.session.flush()
        db.session.delete(batch)
    return True


def _undo_slice(actor: Actor, run: BulkRun, rows: int) -> bool:
    """Undo the changes of the next records, by id. Return whether they were the last ones."""
    batch = db.session.get_one(Batch, run.batch_id)
    stmt = sa.select(Change.root_id).where(Change.batch_id == batch.id, Change.root_id > run.position)
    ids = [i for i in db.session.scalars(stmt.distinct().order_by(Change.root_id).limit(rows)) if i is not None]
    if not ids:
        batch.undone_at, run.state = clock.now(), BulkState.undone
        return True
    with _recording_changes(actor, _add_batch(actor, UNDO).id):
        refused = undo_records(actor, batch, ids)
    add_refused(run, dict.fromkeys(refused, _("This record has been changed or used since then.")))
    run.undone, run.position = run.undone + len(ids) - len(refused), ids[-1]
    return False


def _add_batch(actor: Actor, kind: str) -> Batch:
    batch = Batch(uid=new_uid(), kind=kind, title="", at=clock.now(), actor_id=actor.id)
    db.session.add(batch)
    db.session.flush()
    return batch


@contextmanager
def _recording_changes(actor: Actor, batch_id: int) -> Iterator[None]:
    """Record what is flushed inside as a change by the actor, in this batch."""
    session = db.session()
    with same_author_after(session):
        session.flush()
        act_as(session, actor, ChangeSource.web, batch_id)
        yield
        session.flush()
