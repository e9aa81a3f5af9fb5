"""What undoing an import would keep, and what it kept: records that were edited later."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.history import UNDO, UNMERGE, Batch, Change
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.imports.models import ImportRun
from crm.imports.policy import IMPORT_UNDO, RunState, undo_until

MAX_EDITS = 50
UNDO_KINDS = (UNDO, UNMERGE, IMPORT_UNDO)
"""Kinds of batches that undo others."""


class LaterEdit(NamedTuple):
    """A record of an import that was edited later, and what is known about it."""

    id: int
    label: str
    native_label: str
    why: str = ""


def may_be_undone(run: ImportRun) -> bool:
    """Return whether a written import can still be undone."""
    return run.state == RunState.done.value and run.batch_id is not None and clock.now() <= undo_until(run.at)


def find_run_id(batch_id: int) -> int | None:
    """Return the id of the import that made a batch; None if it failed or was interrupted, and was undone."""
    return db.session.scalars(sa.select(ImportRun.id).where(ImportRun.batch_id == batch_id)).one_or_none()


def is_undone(batch_id: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a batch was undone, or is an undo itself."""
    undone = sa.or_(Batch.undone_at.is_not(None), Batch.kind.in_(UNDO_KINDS))
    return sa.exists().where(Batch.id == batch_id, undone)


def find_open_records(viewer: Actor, ids: Iterable[int | None]) -> set[int]:
    """Return those of the records that exist and that the viewer may open."""
    record_ids = {i for i in ids if i is not None}
    stmt = sa.select(Record.id).where(Record.id.in_(record_ids), visible(viewer))
    return set(db.session.scalars(stmt)) if record_ids else set()


def list_later_edits(viewer: Actor, run: ImportRun) -> list[LaterEdit]:
    """Return visible records of an import that were edited after it, by name; at most MAX_EDITS + 1."""
    own = sa.select(Change.root_id).where(Change.batch_id == run.batch_id)
    last = sa.select(sa.func.max(Change.id)).where(Change.batch_id == run.batch_id).scalar_subquery()
    later = sa.exists().where(Change.root_id == Record.id, Change.id > last, sa.not_(is_undone(Change.batch_id)))
    stmt = sa.select(Record.id, Record.label, Record.native_label).where(Record.id.in_(own), later, visible(viewer))
    return [
        LaterEdit(*row) for row in db.session.execute(stmt.order_by(Record.sort_key, Record.id).limit(MAX_EDITS + 1))
    ]


def list_edited_records(viewer: Actor, run: ImportRun) -> list[LaterEdit]:
    """Return the visible records that an undone import kept because of later edits, with explanations."""
    why = dict((run.options.get("revert") or {}).get("edited", ()))
    stmt = sa.select(Record.id, Record.label, Record.native_label).where(Record.id.in_(why), visible(viewer))
    rows = db.session.execute(stmt.order_by(Record.sort_key, Record.id)) if why else ()
    return [LaterEdit(*row, why[row[0]]) for row in rows]
