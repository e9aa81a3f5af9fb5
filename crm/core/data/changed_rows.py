"""Which records a transaction changes: noted with each line of the history, for the features before the commit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from crm.core.hooks import ROWS_CHANGED

ChangedRows: TypeAlias = dict[str, dict[int | None, int | None]]
"""By table: the ids of the records whose rows were changed (None: rows of no record), with the batch of the change."""
CREATED = "created"


def created_in(changed: ChangedRows, table: str) -> Collection[int | None]:
    """Return the ids of the records that have new rows in a table."""
    return changed.get(f"{CREATED} {table}", {}).keys()


def note_changed(session: Session, table: str, ids: Iterable[int | None], batch_id: int | None) -> None:
    """Remember until the commit that rows of these records were changed in a table."""
    session.info.setdefault("changed", {}).setdefault(table, {}).update(dict.fromkeys(ids, batch_id))


def note_created(session: Session, table: str, ids: Collection[int | None], batch_id: int | None) -> None:
    """Remember until the commit that these records have new rows in a table."""
    note_changed(session, table, ids, batch_id)
    note_changed(session, f"{CREATED} {table}", ids, batch_id)


def note_lines(session: Session, lines: Iterable[Mapping[str, Any]], batch_id: int | None) -> None:
    """Remember until the commit what lines of the history say, as `note_changed`."""
    changed = session.info.setdefault("changed", {})
    for line in lines:
        changed.setdefault(line["table"], {})[line["root_id"]] = batch_id
        if line["action"] == CREATED:
            changed.setdefault(f"{CREATED} {line['table']}", {})[line["root_id"]] = batch_id


def take_changed(session: Session) -> ChangedRows:
    """Return what was changed in this transaction since the last call."""
    changed: ChangedRows = session.info.pop("changed", {})
    earlier = session.info.setdefault("taken", {})
    for table, ids in changed.items():
        earlier.setdefault(table, {}).update(ids)
    return changed


@event.listens_for(Session, "after_soft_rollback")
def _discard_changed(session: Session, rolled_back: SessionTransaction) -> None:
    """Forget what was rolled back; after a savepoint too much is remembered, which costs a comparison."""
    if not rolled_back.nested:
        session.info.pop("changed", None)
        session.info.pop("taken", None)


@event.listens_for(Session, "before_commit")
def _call_hooks(session: Session) -> None:
    """Call the hooks with what a transaction changed; the release of a savepoint is no commit."""
    if session.in_nested_transaction() or not ROWS_CHANGED:
        return
    session.flush()
    new = take_changed(session)
    changed = session.info.pop("taken")
    for hook in ROWS_CHANGED if changed else ():
        hook(session, changed, new)
