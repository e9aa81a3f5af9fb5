"""Confirm an import, and write it: all of it in one transaction and one batch, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.accounts.policy import What
from crm.accounts.security_log import add_event
from crm.core import clock
from crm.core.audit import Batch, Change, Via, act_as, in_batch
from crm.core.db import db, new_uid, unlocked
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.core.words import _
from crm.imports.kinds import WAYS
from crm.imports.models import ImportRun
from crm.imports.plan.line import Line
from crm.imports.plan.people import PersonToWrite
from crm.imports.policy import AT_ONCE, ImportKind, Outcome, RunState
from crm.imports.progress import tell_progress
from crm.imports.queries import maker_of, options_of

from .report import keep_counts, keep_report, planned, uncollected
from .runs import must_be_open, source_of, take_file


def confirm_run(actor: Actor, run: ImportRun) -> bool:
    """Confirm an import; a short one is written at once, a long one by the job. False when it was confirmed before.

    Raises Invalid when rows are refused and were not to be left out, or when nothing is left to write.
    """
    if run.state != RunState.preview.value:
        return False
    must_be_open(actor, run)
    check(run)
    if not _move(run, RunState.preview, RunState.confirmed):
        return False
    if run.rows <= AT_ONCE:
        write_run(run)
    return True


def check(run: ImportRun) -> None:
    """Raise Invalid for what cannot be confirmed."""
    if run.failed and not options_of(run).skip_refused:
        raise Invalid(_("Some rows are refused. Mend the file, or leave the refused rows out."), "skip_refused")
    if not run.created + run.updated:
        raise Invalid(_("There is nothing to import: no row is new or brings anything."))


def _move(run: ImportRun, before: RunState, after: RunState) -> bool:
    """Change the state if nobody else has; the loser of two waits for the first and finds out."""
    asked = sa.update(ImportRun).where(ImportRun.id == run.id, ImportRun.state == before.value)
    moved: Any = db.session.execute(asked.values(state=after.value))
    db.session.refresh(run, ["state"])
    return bool(moved.rowcount)


class Ahead(NamedTuple):
    """What an import would do, found before its transaction begins, and the newest change known then."""

    newest: int | None
    lines: list[Line]


@uncollected()
def plan_ahead(run_id: int) -> Ahead:
    """Plan a confirmed import while nobody waits for it; ends the transaction. Raises NotFound, ReadError."""
    with unlocked():
        run = db.session.get_one(ImportRun, run_id)
        newest, lines = _newest_change(), planned(maker_of(run), run, source_of(run))
        for line in lines:
            if isinstance(line.data, PersonToWrite):
                line.data.prepare()
        return Ahead(newest, lines)


def _newest_change() -> int | None:
    return db.session.scalar(sa.select(sa.func.max(Change.id)))


@uncollected()
def write_run(run: ImportRun, ahead: Ahead | None = None) -> bool:
    """Write a confirmed import on behalf of who made it; flushes, never commits. False when another wrote it.

    Rows are planned anew unless that was done ahead and nothing has changed since: what happened after the preview
    counts. Raises Invalid when a row is refused now.
    """
    if not _move(run, RunState.confirmed, RunState.done):
        return False
    actor = maker_of(run)
    if ahead is not None and ahead.newest == _newest_change():
        lines = ahead.lines
        keep_counts(run, lines)
    else:
        lines = planned(actor, run, source_of(run))
    check(run)
    _write(actor, run, lines)
    return True


@uncollected()
def import_at_once(
    actor: Actor, data: bytes, name: str, kind: ImportKind, *, skip_refused: bool, dry_run: bool
) -> tuple[ImportRun, bool]:
    """Bring a file along and import it in the same breath; flushes. Gives the import, and whether it was written.

    It is not when rows are refused and were not to be left out, when nothing is left to write, and in a dry run.
    """
    run, source = take_file(actor, data, name, kind)
    run.options = run.options | {"skip_refused": skip_refused}
    lines = planned(actor, run, source)
    if dry_run or not run.created + run.updated or (run.failed and not skip_refused):
        keep_report(run, lines)
        return run, False
    run.state = RunState.done.value
    _write(actor, run, lines)
    return run, True


def _write(actor: Actor, run: ImportRun, lines: list[Line]) -> None:
    """Write the lines of a run, in a batch of their own."""
    batch = Batch(uid=new_uid(), kind="import", title=run.file_name, at=clock.now(), actor_id=actor.id)
    db.session.add(batch)
    db.session.flush()
    with _importing(actor, batch), tell_progress(run.stored_as, _to_write(lines)) as tell:
        WAYS[ImportKind.named(run.kind)].write(actor, lines, options_of(run), tell)
    run.batch_id, run.at = batch.id, clock.now()
    keep_report(run, lines)
    count, detail = run.created + run.updated, f"{run.kind}, import {run.id}"
    add_event(db.session(), What.imported, user_id=actor.id, count=count, detail=detail)


def _to_write(lines: list[Line]) -> int:
    return sum(line.outcome in (Outcome.new, Outcome.adds) for line in lines)


@contextmanager
def _importing(actor: Actor, batch: Batch) -> Iterator[None]:
    """Mark what is written as an import of the actor's, in its batch."""
    session = db.session()
    before = session.info.get("by", (None, Via.shell, None))
    act_as(session, actor, Via.import_)
    try:
        with in_batch(session, batch):
            yield
    finally:
        session.info["by"] = before
