"""Write a long import in slices, each in a transaction so short that other writers wait less than a second.

Commits by itself: called by the job and the shell. New records are archived until the last slice is written and then
shown together; a failed or interrupted import is undone (docs/adr/0011-imports-in-slices.md).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db, unlocked
from crm.core.data.bulk import archiving_new_records
from crm.core.data.bulk_changes import pause_for_writers
from crm.core.data.chunks import chunked
from crm.core.data.history import Batch
from crm.core.data.jobs import stopping
from crm.core.errors import Problem
from crm.core.memory import paused_gc
from crm.core.policy import Actor
from crm.core.words import _
from crm.imports.handlers import IMPORT_HANDLERS
from crm.imports.models import ImportRun
from crm.imports.plan.line import ImportLine, ImportOptions
from crm.imports.plan.planned import PlannedPerson
from crm.imports.policy import ImportKind, LineOutcome, RunState
from crm.imports.queries import load_options, load_run_actor

from .batch_records import hide_batch_records, select_batch_records, show_batch_records
from .lease import ImportStopped, LeaseLost, RunLease
from .report import newest_change_id, plan_lines, save_counts, store_lines
from .revert_runs import continue_revert
from .runs import load_source
from .slice_size import next_size, repeat_in_slices
from .undo import (
    UNDO_SLICE_SIZE,
    UNDO_SLICE_SIZES,
    delete_unused_tags,
    list_affected_records,
    refresh_dates,
    undo_slice,
)
from .writing import check_run, create_batch, import_context, log_import, require_active_user

PAUSE_SECONDS = 0.12
"""Pause between two slices: waiting writers of SQLite try again every tenth of a second."""
FIRST_SLICE_ROWS, MIN_ROWS, MAX_ROWS = 200, 10, 2_000
MAX_ATTEMPTS = 3


@paused_gc()
def write_in_slices(run_id: int, lines: list[ImportLine] | None = None) -> bool:
    """Write a confirmed import on behalf of its creator. Return False if another worker has it.

    `lines` are the plans of a preview; such an import isn't written again after an interruption. Raises what
    stopped it, after undoing all that was written.
    """
    worker = _ImportWorker(run_id)
    before, tries = (RunState.confirmed, 1) if lines is None else (RunState.preview, MAX_ATTEMPTS)
    if not worker.claim(before, RunState.writing, tries=tries):
        return False
    try:
        worker.write(lines)
        worker.finish()
    except (LeaseLost, ImportStopped):
        worker.release()
        raise
    except Exception as problem:
        db.session.rollback()
        worker.undo(RunState.failed, str(problem) if isinstance(problem, Problem) else "")
        raise
    return True


def recover_run(run_id: int) -> bool:
    """Finish an interrupted import, or undo it so that it is written again. Return False if another worker has it."""
    worker = _ImportWorker(run_id)
    state = worker.take_over()
    if state is None:
        return False
    if state is RunState.reverting:
        continue_revert(worker)
        return True
    if state is RunState.finishing:
        worker.finish()
        return True
    run = db.session.get_one(ImportRun, run_id)
    has_failed = state is RunState.undoing or run.options.get("tries", 0) >= MAX_ATTEMPTS
    why = run.options.get("problem") or _("The import was interrupted and undone. Import the file again.")
    worker.undo(RunState.failed if has_failed else RunState.confirmed, why if has_failed else "")
    return True


class _ImportWorker(RunLease):
    """One worker that writes one import. Each method ends its own transactions."""

    def __init__(self, run_id: int) -> None:
        super().__init__(run_id)
        self.newest, self.why, self.kind = 0, "", ImportKind.people

    def claim(self, before: RunState, after: RunState, *, tries: int) -> bool:
        """Claim an import in the state `before` and create its batch. Return False if another worker has it."""
        stmt = sa.update(ImportRun).where(ImportRun.id == self.run_id, ImportRun.state == before.value)
        if not self.take(stmt.values(state=after.value, worker=self.worker, written=0)):
            return False
        run = db.session.get_one(ImportRun, self.run_id)
        batch = create_batch(run, load_run_actor(run))
        run.batch_id = batch.id
        run.options = run.options | {"tries": run.options.get("tries", 0) + tries}
        self.batch_id, self.kind = batch.id, ImportKind.from_code(run.kind)
        self.why = _("Import in progress: %(file)s", file=run.file_name)[:300]
        db.session.commit()
        return True

    def write(self, lines: list[ImportLine] | None) -> None:
        """Write all rows in slices, new records first and archived, then show them together."""
        actor, options, lines = self._plan_lines(lines)
        new = [line for line in lines if line.outcome is LineOutcome.new]
        self._write_slices(actor, options, new)
        self._write_slices(actor, options, [line for line in lines if line.outcome is LineOutcome.update])
        self.renew()
        store_lines(self.run_id, lines)
        db.session.commit()
        self.renew(state=RunState.finishing.value)
        show_batch_records(self.batch_id, self.why)
        run = db.session.get_one(ImportRun, self.run_id)
        run.at = clock.now()
        log_import(actor, run)
        db.session.commit()

    def _plan_lines(self, lines: list[ImportLine] | None) -> tuple[Actor, ImportOptions, list[ImportLine]]:
        """Plan the rows outside a transaction, again if something has changed meanwhile."""
        with unlocked():
            run = db.session.get_one(ImportRun, self.run_id)
            actor, options = load_run_actor(run), load_options(run)
            if lines is None:
                source, newest = load_source(run), newest_change_id()
                lines = plan_lines(actor, run, source)
                if newest != newest_change_id():
                    lines = plan_lines(actor, run, source)
            for line in lines:
                if line.outcome is LineOutcome.new and isinstance(line.data, PlannedPerson):
                    line.data.prepare()
        self.renew()
        run = db.session.get_one(ImportRun, self.run_id)
        save_counts(run, lines)
        check_run(run)
        db.session.commit()
        return actor, options, lines

    def _write_slices(self, actor: Actor, options: ImportOptions, lines: Sequence[ImportLine]) -> None:
        start = 0
        size = min(FIRST_SLICE_ROWS, IMPORT_HANDLERS[self.kind].rows_at_once)
        while start < len(lines):
            if stopping.is_set():
                raise ImportStopped
            part = lines[start : start + size]
            seconds = self._write_slice(actor, replace(options, written_before=start), part)
            start += len(part)
            size = next_size(size, seconds, MIN_ROWS, MAX_ROWS)
            pause_for_writers(PAUSE_SECONDS)

    def _write_slice(self, actor: Actor, options: ImportOptions, part: Sequence[ImportLine]) -> float:
        """Write some rows in one transaction. Return the seconds it took."""
        self.renew(written=ImportRun.written + len(part))
        require_active_user(self.run_id)
        began = time.monotonic()
        batch = db.session.get_one(Batch, self.batch_id)
        with import_context(actor, batch), archiving_new_records(db.session(), self.why):
            IMPORT_HANDLERS[self.kind].write(actor, part, options, lambda _written: None)
        self.newest = hide_batch_records(self.batch_id, self.why, self.newest)
        db.session.commit()
        return time.monotonic() - began

    def finish(self) -> None:
        """Update the dates that depend on the new records, and end the import as done."""
        for part in chunked(list_affected_records(select_batch_records(self.batch_id)), UNDO_SLICE_SIZE):
            self.renew()
            refresh_dates(part)
            db.session.commit()
            pause_for_writers(PAUSE_SECONDS / 10)
        self.end(RunState.done, self.batch_id, "")

    def undo(self, after: RunState, problem: str) -> None:
        """Undo everything that was written; the import ends in the state `after`."""
        self.renew(state=RunState.undoing.value)
        run = db.session.get_one(ImportRun, self.run_id)
        run.options = run.options | {"problem": problem}
        db.session.commit()
        repeat_in_slices(self._undo_slice, UNDO_SLICE_SIZES, PAUSE_SECONDS)
        delete_unused_tags(self.batch_id)
        db.session.get_one(Batch, self.batch_id).undone_at = clock.now()
        self.end(after, None, problem)

    def _undo_slice(self, size: int) -> bool:
        """Undo up to `size` records in one transaction. Return whether there were any."""
        self.renew()
        is_more = undo_slice(self.batch_id, size)
        db.session.commit()
        return is_more
