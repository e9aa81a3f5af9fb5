"""Start a change of many records: a few are changed at once, more of them in slices by the job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from crm.bulk.models import BulkRun
from crm.bulk.policy import MAX_IMMEDIATE_ROWS, MAX_REFUSED_SHOWN, UNDOABLE, BulkState
from crm.bulk.queries import find_listing
from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.history import Batch
from crm.core.errors import Conflict
from crm.core.policy import Actor
from crm.core.words import _
from crm.records.policy import UNDO_MINUTES
from crm.records.recent_actions import have_rights_changed

from .operations import BulkChange
from .rows import Outcome, change_rows


def start_run(actor: Actor, change: BulkChange, ids: Sequence[int], *, return_url: str = "/") -> BulkRun:
    """Change records on behalf of the actor. Up to MAX_IMMEDIATE_ROWS are changed now, more by the job."""
    run = BulkRun(
        uid=new_uid(),
        user_id=actor.id or 0,
        listing=change.listing.name,
        operation=change.operation,
        params=dict(change.params),
        ids=list(ids),
        total=len(ids),
        at=clock.now(),
        return_url=return_url[:2000],
    )
    db.session.add(run)
    if len(ids) <= MAX_IMMEDIATE_ROWS:
        add_outcome(run, change_rows(actor, change, ids))
        run.state, run.position = BulkState.done, len(ids)
    db.session.flush()
    return run


def change_of(run: BulkRun) -> BulkChange:
    return BulkChange(find_listing(run.listing), run.operation, run.params)


def add_outcome(run: BulkRun, outcome: Outcome) -> None:
    """Add the outcome of some records to a run."""
    run.changed = (run.changed or 0) + outcome.changed
    add_refused(run, outcome.refused)


def add_refused(run: BulkRun, refused: Mapping[int, str]) -> None:
    """Add refused records; the first ones are listed in the result."""
    pairs: list[Any] = [[record_id, reason] for record_id, reason in refused.items()]
    run.refused = [*(run.refused or []), *pairs][:MAX_REFUSED_SHOWN]
    run.refused_count = (run.refused_count or 0) + len(refused)


def begin_undo(actor: Actor, run: BulkRun) -> None:
    """Let the job undo a run that it carried out. Raises Conflict if it is too late or was already undone."""
    if run.state not in UNDOABLE or run.batch_id is None:
        raise Conflict(_("This was already undone."))
    if clock.now() - db.session.get_one(Batch, run.batch_id).at > timedelta(minutes=UNDO_MINUTES):
        raise Conflict(_("This can no longer be undone. Changes can be undone for %(n)d minutes.", n=UNDO_MINUTES))
    if have_rights_changed(actor, run.batch_id):
        raise Conflict(_("Your role, teams or permissions have changed since then, so nothing was undone."))
    run.state, run.position, run.undone = BulkState.undoing, 0, 0
    run.refused, run.refused_count = [], 0
    db.session.flush()


def may_undo(run: BulkRun) -> bool:
    """Return whether the job can still undo a run."""
    if run.state not in UNDOABLE or run.batch_id is None or not run.changed:
        return False
    return clock.now() - db.session.get_one(Batch, run.batch_id).at <= timedelta(minutes=UNDO_MINUTES)
