"""Search words of interactions follow the people in them, without a new version or history."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.bulk_changes import set_derived
from crm.core.data.engines import dialect_of
from crm.core.data.record import Record
from crm.interactions.derived import load_tokens
from crm.interactions.models import IndexBacklog, Interaction, InteractionParty

MAX_AT_ONCE = 200
"""Interactions that a request updates: the latest ones; the job updates the others."""
SLICE = 200
"""Interactions that one transaction of the job updates."""


def refresh_words(person_ids: Collection[int]) -> None:
    """Update the search words of interactions after people in them got other names, teams or access."""
    db.session.flush()
    party = InteractionParty
    stmt = sa.select(party.interaction_id).where(party.person_id.in_(person_ids)).distinct()
    ids = db.session.scalars(stmt.order_by(party.interaction_id.desc()).limit(MAX_AT_ONCE)).all()
    _update(ids)
    if len(ids) == MAX_AT_ONCE:
        _leave_to_job(stmt.where(party.interaction_id < ids[-1]))


def _leave_to_job(ids: sa.Select[Any]) -> None:
    """Add interactions to the backlog. A row that is there is locked, so that the job doesn't finish it meanwhile."""
    stmt = dialect_of(db.session).insert(IndexBacklog.__table__).from_select(["record_id"], ids)
    changes = {"record_id": stmt.excluded.record_id}
    db.session.connection().execute(stmt.on_conflict_do_update(index_elements=["record_id"], set_=changes))


def index_next() -> int:
    """Update the next interactions of the backlog. Return how many there were."""
    table: Any = IndexBacklog.__table__
    stmt = sa.select(table.c.record_id).order_by(table.c.record_id).limit(SLICE).with_for_update()
    ids = db.session.scalars(stmt).all()
    _update(ids)
    if ids:
        db.session.execute(sa.delete(table).where(table.c.record_id.in_(ids)))
    return len(ids)


def _update(ids: Sequence[int]) -> None:
    if not ids:
        return
    # An edit at the same time sets the words, too: one of both waits for the other.
    db.session.scalars(sa.select(Record.id).where(Record.id.in_(ids)).order_by(Record.id).with_for_update()).all()
    set_derived(db.session(), Interaction, {i: {"tokens": text} for i, text in load_tokens(ids).items()})
    for row in db.session:
        if isinstance(row, Interaction):
            db.session.expire(row, ["tokens"])
