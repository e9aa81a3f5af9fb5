"""New records of a sliced import: archived until all of them are written, then shown together."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.chunks import chunked
from crm.core.data.history import Change
from crm.core.data.record import Record
from crm.core.data.summaries import updating_summaries
from crm.core.data.visibility_keys import refresh_visibility_keys

RECORDS: Any = Record.__table__


def list_root_tables() -> list[str]:
    """Return the names of the tables of all kinds of records."""
    return sorted(mapper.class_.__tablename__ for mapper in sa.inspect(Record).self_and_descendants)


def select_batch_records(batch_id: int, after: int = 0) -> sa.Select[Any]:
    """Select the ids of the records that a batch created, by changes newer than `after`."""
    stmt = sa.select(Change.root_id).where(Change.batch_id == batch_id, Change.id > after)
    return stmt.where(Change.action == "created", Change.table.in_(list_root_tables()))


def count_batch_records(batch_id: int | None) -> int:
    """Return how many records a batch created, organizations made for people included."""
    if batch_id is None:
        return 0
    rows = select_batch_records(batch_id).distinct().subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0


def hide_batch_records(batch_id: int, why: str, after: int) -> int:
    """Archive the records that a batch created since the change `after`, without history. Return its newest change.

    Those that were inserted in bulk are archived already.
    """
    stmt = select_batch_records(batch_id, after).join(RECORDS, RECORDS.c.id == Change.root_id)
    ids = [i for i in db.session.scalars(stmt.where(RECORDS.c.archived_at.is_(None))) if i is not None]
    with updating_summaries(db.session.connection(), ids):
        for part in chunked(ids):
            hidden = {"archived_at": clock.now(), "archived_why": why}
            db.session.execute(sa.update(RECORDS).where(RECORDS.c.id.in_(part)).values(hidden))
            refresh_visibility_keys(db.session.connection(), part)
    return db.session.scalar(sa.select(sa.func.max(Change.id)).where(Change.batch_id == batch_id)) or after


def show_batch_records(batch_id: int, why: str) -> None:
    """Unarchive the records that a batch created and archived for this reason."""
    hidden = sa.and_(RECORDS.c.id.in_(select_batch_records(batch_id)), RECORDS.c.archived_why == why)
    with updating_summaries(db.session.connection(), select_batch_records(batch_id)):
        db.session.execute(sa.update(RECORDS).where(hidden).values(archived_at=None, archived_why=None))
        refresh_visibility_keys(db.session.connection(), select_batch_records(batch_id))
