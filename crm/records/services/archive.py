"""Restore several archived records at once."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record, restore_record, visible
from crm.core.policy import Actor, can


def restore_records(actor: Actor, ids: Collection[int]) -> tuple[int, int]:
    """Restore those of the records that the actor may; return how many were restored and how many refused.

    Records that aren't archived count as neither, hidden and missing ones as refused.
    """
    stmt = sa.select(Record).where(Record.id.in_(ids), Record.merged_into_id.is_(None), visible(actor))
    rows = db.session.scalars(stmt).all()
    allowed = [row for row in rows if can(actor, "record:archive", row)]
    archived = [row for row in allowed if row.archived_at is not None]
    for row in archived:
        restore_record(row)
    db.session.flush()
    return len(archived), len(set(ids)) - len(allowed)
