"""Confirm an import; write a short one in one transaction and one batch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from crm.accounts.policy import EventKind
from crm.accounts.security_log import add_event
from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.history import Batch, ChangeSource, act_as, in_batch, same_author_after
from crm.core.data.identity import User
from crm.core.errors import Invalid
from crm.core.memory import paused_gc
from crm.core.policy import Actor
from crm.core.words import _
from crm.imports.handlers import IMPORT_HANDLERS
from crm.imports.models import ImportRun
from crm.imports.plan.line import ImportLine
from crm.imports.policy import IMPORT, MAX_IMMEDIATE_ROWS, ImportKind, RunState
from crm.imports.queries import load_options, load_run_actor

from .report import PreviewSnapshot, newest_change_id, plan_lines, save_counts, save_report
from .runs import load_source, require_open_run


def confirm_run(actor: Actor, run: ImportRun, snapshot: PreviewSnapshot | None = None) -> bool:
    """Confirm an import; a short one is written now, a long one by the job. Return False if it was already confirmed.

    `snapshot` has the plans made before the transaction. Raises Invalid when rows have errors and aren't
    skipped, or when there is nothing to write.
    """
    if run.state != RunState.preview.value:
        return False
    require_open_run(actor, run)
    check_run(run)
    if not _move(run, RunState.preview, RunState.confirmed):
        return False
    if run.rows <= min(MAX_IMMEDIATE_ROWS, IMPORT_HANDLERS[ImportKind.from_code(run.kind)].rows_at_once):
        write_run(run, snapshot)
    return True


def require_active_user(run_id: int) -> None:
    """Raise Invalid if the user of an import was deactivated: a deactivated user gets no records."""
    is_user_of_run = User.id == sa.select(ImportRun.user_id).where(ImportRun.id == run_id).scalar_subquery()
    name = db.session.scalar(sa.select(User.name).where(is_user_of_run, sa.not_(User.active)))
    if name is not None:
        raise Invalid(_("%(name)s was deactivated before the import was written. Nothing was imported.", name=name))


def check_run(run: ImportRun) -> None:
    """Raise Invalid if the import can't be confirmed, or not be written: its user was deactivated meanwhile."""
    require_active_user(run.id)
    if run.failed and not load_options(run).skip_refused:
        raise Invalid(_("Fix the rows with errors in the file, or import the other rows without them."))
    if not run.created + run.updated:
        raise Invalid(_("There's nothing to import: no row adds or updates a record."))


def _move(run: ImportRun, before: RunState, after: RunState) -> bool:
    """Change the state unless another transaction already did. Return whether it changed."""
    stmt = sa.update(ImportRun).where(ImportRun.id == run.id, ImportRun.state == before.value)
    moved: Any = db.session.execute(stmt.values(state=after.value))
    db.session.refresh(run, ["state"])
    return bool(moved.rowcount)


@paused_gc()
def write_run(run: ImportRun, snapshot: PreviewSnapshot | None = None) -> bool:
    """Write a confirmed import on behalf of its creator; flushes, never commits. Return False if another wrote it.

    Rows are planned again unless the snapshot is still current: what happened after the preview
    counts. Raises Invalid when a row has an error now.
    """
    if not _move(run, RunState.confirmed, RunState.done):
        return False
    actor = load_run_actor(run)
    lines = replan_lines(actor, run, snapshot)
    check_run(run)
    write_lines(actor, run, lines)
    return True


def replan_lines(actor: Actor, run: ImportRun, snapshot: PreviewSnapshot | None) -> list[ImportLine]:
    """Return the current plans of the rows; reads the file only without a snapshot."""
    if snapshot is not None and snapshot.newest_change_id == newest_change_id():
        save_counts(run, snapshot.lines)
        return snapshot.lines
    return plan_lines(actor, run, snapshot.source if snapshot is not None else load_source(run))


def write_lines(actor: Actor, run: ImportRun, lines: list[ImportLine]) -> None:
    """Write the lines of a run in a new batch."""
    batch = create_batch(run, actor)
    with import_context(actor, batch):
        IMPORT_HANDLERS[ImportKind.from_code(run.kind)].write(actor, lines, load_options(run), lambda _written: None)
    run.batch_id, run.at, run.state = batch.id, clock.now(), RunState.done.value
    save_report(run, lines)
    log_import(actor, run)


def log_import(actor: Actor, run: ImportRun) -> None:
    """Add a written import to the security log."""
    count, detail = run.created + run.updated, f"{run.kind}, import {run.id}"
    add_event(db.session(), EventKind.imported, user_id=actor.id, count=count, detail=detail)


def create_batch(run: ImportRun, actor: Actor) -> Batch:
    batch = Batch(uid=new_uid(), kind=IMPORT, title=run.file_name, at=clock.now(), actor_id=actor.id)
    db.session.add(batch)
    db.session.flush()
    return batch


@contextmanager
def import_context(actor: Actor, batch: Batch) -> Iterator[None]:
    """Record everything written in the block as an import by the actor, in this batch."""
    session = db.session()
    with same_author_after(session):
        act_as(session, actor, ChangeSource.import_)
        with in_batch(session, batch):
            yield
