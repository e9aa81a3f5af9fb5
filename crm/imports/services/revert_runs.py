"""Undo an import within 30 days: a short one at once, a long one by the job, in slices like its writing."""

from __future__ import annotations

import sqlalchemy as sa

from crm.accounts.policy import EventKind
from crm.accounts.security_log import add_event
from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.history import Batch
from crm.core.data.identity import User, load_actor
from crm.core.data.jobs import stopping
from crm.core.errors import Conflict
from crm.core.i18n.formats import as_read_by
from crm.core.policy import SYSTEM, Actor
from crm.core.words import _
from crm.imports.models import ImportRun
from crm.imports.policy import IMPORT_UNDO, MAX_IMMEDIATE_ROWS, UNDO_DAYS, RunState, undo_until

from .lease import ImportStopped, LeaseLost, RunLease
from .revert import RevertResult, revert_slice
from .slice_size import repeat_in_slices
from .undo import UNDO_SLICE_SIZES, delete_unused_tags
from .writing import import_context

PAUSE_SECONDS = 0.12
"""Pause between two slices, for waiting writers of SQLite."""
MAX_ATTEMPTS = 3


def request_revert(actor: Actor, run: ImportRun) -> None:
    """Undo an import, or let the job undo a long one; flushes.

    The caller has checked that the actor may see the import. Raises Conflict if it can no longer be undone.
    """
    if run.state != RunState.done.value or run.batch_id is None:
        raise Conflict(_("This import was already undone."))
    if clock.now() > undo_until(run.at):
        raise Conflict(_("This import can no longer be undone. Imports can be undone for %(n)d days.", n=UNDO_DAYS))
    run.options = run.options | {"undone_by": actor.id}
    if run.created + run.updated > MAX_IMMEDIATE_ROWS:
        run.state, run.written = RunState.undo_requested.value, 0
        db.session.flush()
        return
    result = RevertResult()
    with import_context(actor, _create_undo_batch(run, actor)):
        while revert_slice(actor, run.batch_id, result):
            pass
    _close(actor, run, result)
    run.state = RunState.undone.value
    db.session.flush()


def revert_in_slices(run_id: int) -> None:
    """Undo an import as requested, on behalf of its creator, unless another worker has it."""
    work = _Revert(run_id)
    stmt = sa.update(ImportRun).where(ImportRun.id == run_id, ImportRun.state == RunState.undo_requested.value)
    if work.take(stmt.values(state=RunState.reverting.value, worker=work.worker)):
        db.session.commit()
        work.run()


def continue_revert(work: RunLease) -> None:
    """Go on with an undo whose worker was stopped."""
    _Revert(work.run_id, work.worker).run()


class _Revert(RunLease):
    """One worker that undoes one import. Each slice is a transaction; the next worker goes on after the last."""

    def __init__(self, run_id: int, worker: str | None = None) -> None:
        super().__init__(run_id)
        self.worker = worker or self.worker

    def run(self) -> None:
        """Undo slice by slice, and end the import as undone."""
        try:
            repeat_in_slices(self._slice, UNDO_SLICE_SIZES, PAUSE_SECONDS)
        except (LeaseLost, ImportStopped):
            self._stop(tries=0)
            raise
        except Exception:
            self._stop(tries=1)
            raise
        self.end(RunState.undone, self.batch_id, "")

    def _stop(self, tries: int) -> None:
        """Let the next worker go on, but not after MAX_ATTEMPTS failures."""
        db.session.rollback()
        self.renew()
        run = db.session.get_one(ImportRun, self.run_id)
        run.options = run.options | {"undo_tries": run.options.get("undo_tries", 0) + tries}
        has_failed = run.options["undo_tries"] >= MAX_ATTEMPTS
        db.session.commit()
        if has_failed:
            self.end(RunState.done, self.batch_id, _("The import couldn't be undone. Contact your administrator."))
        else:
            self.release()

    def _slice(self, size: int) -> bool:
        if stopping.is_set():
            raise ImportStopped
        self.renew()
        run = db.session.get_one(ImportRun, self.run_id)
        user, self.batch_id = db.session.get(User, run.options["undone_by"] or 0), run.batch_id or 0
        actor = load_actor(user) if user else SYSTEM
        result = RevertResult(**(run.options.get("revert") or {}))
        with as_read_by(actor), import_context(actor, _get_undo_batch(run, actor)):
            is_more = revert_slice(actor, self.batch_id, result, size)
        run.options = run.options | {"revert": result.to_json()}
        run.written = result.removed + result.restored + result.archived
        if not is_more:
            _close(actor, run, result)
        db.session.commit()
        return is_more


def _get_undo_batch(run: ImportRun, actor: Actor) -> Batch:
    """Return the batch of the undo, which the first slice creates."""
    batch_id = run.options.get("undo_batch")
    batch = db.session.get_one(Batch, batch_id) if batch_id else _create_undo_batch(run, actor)
    run.options = run.options | {"undo_batch": batch.id}
    return batch


def _create_undo_batch(run: ImportRun, actor: Actor) -> Batch:
    batch = Batch(uid=new_uid(), kind=IMPORT_UNDO, title=run.file_name, at=clock.now(), actor_id=actor.id)
    db.session.add(batch)
    db.session.flush()
    return batch


def _close(actor: Actor, run: ImportRun, result: RevertResult) -> None:
    """Store the result of undoing an import, and mark its batch as undone."""
    delete_unused_tags(run.batch_id or 0)
    db.session.get_one(Batch, run.batch_id).undone_at = clock.now()
    run.options = run.options | {"revert": result.to_json()}
    count, detail = result.removed + result.restored + result.archived, f"{run.kind}, import {run.id}"
    add_event(db.session(), EventKind.import_undone, user_id=actor.id, count=count, detail=detail)
