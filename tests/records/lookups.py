"""Helpers shared by the tests of this directory."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import Batch
from crm.core.data.identity import User
from crm.core.data.record import Record, RecordReader
from crm.people.models import Affiliation

LOG = {
    "state": "held",
    "type": "call",
    "reached": "talked",
    "day": "2026-12-08",
    "time": "09:00",
    "zone": "America/Los_Angeles",
}


def undo_last(web):
    """Undo the newest action with the URL of its button."""
    batch_id = db.session.scalar(sa.select(sa.func.max(Batch.id)).where(Batch.title != ""))
    return web.post(f"/records/changes/{batch_id}/undo")


def archived_kinds() -> list[str]:
    return sorted(db.session.scalars(sa.select(Record.kind).where(Record.archived_at.is_not(None))))


WHEN = {"wall": datetime(2026, 3, 9, 10, 0), "notes": "They lost their largest customer."}


def users_of(record: Record) -> set[str]:
    """Return the first names of counselor and readers of a confidential record; fails if it isn't confidential."""
    assert record.confidential
    return {user.name.split()[0] for user in db.session.scalars(select_users_with_access(record))}


def select_users_with_access(record: Record) -> sa.Select[User]:
    readers = sa.select(RecordReader.user_id).where(RecordReader.record_id == record.id)
    return sa.select(User).where(sa.or_(User.id == record.counselor_id, User.id.in_(readers)))


def positions_of(row):
    return list(db.session.scalars(sa.select(Affiliation).where(Affiliation.person_id == row.id)))
