"""Attachments, evidence of exit tests, stars and recent visits of records."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.own_transaction import own_transaction
from crm.core.data.record import Record
from crm.core.data.rows import upsert_all
from crm.core.policy import Actor
from crm.core.web.files import folder, store_upload
from crm.records.models import Attachment, Evidence, Recent, Star
from crm.records.policy import EvidenceState

MAX_RECENT = 30
UNUSED_DAYS = 1


def attach(
    actor: Actor, record: Record, uploads: Sequence[FileStorage | str], field: str = "files"
) -> list[Attachment]:
    """Store files as attachments of a record. Raises Invalid on `field`."""
    attachments = []
    for upload in uploads:
        # A form that isn't sent as multipart has only the file name.
        if not isinstance(upload, FileStorage) or not upload.filename:
            continue
        stored = store_upload(upload, field)
        attachments.append(
            Attachment(
                record_id=record.id,
                name=stored.name,
                media_type=stored.media_type,
                size=stored.size,
                sha256=stored.sha256,
                stored_as=stored.stored_as,
                at=clock.now(),
                by_id=actor.id,
            )
        )
    db.session.add_all(attachments)
    db.session.flush()
    return attachments


def delete_unused_files() -> int:
    """Delete stored files that no attachment has and that are older than UNUSED_DAYS. Return how many there were.

    An undone upload leaves its file: undoing that undo needs it. Younger files may belong to an open transaction.
    """
    before = (clock.real_now() - timedelta(days=UNUSED_DAYS)).timestamp()
    old = {path.name: path for path in folder("attachments").iterdir() if path.stat().st_mtime < before}
    unused = old.keys() - set(db.session.scalars(sa.select(Attachment.stored_as)))
    for name in unused:
        old[name].unlink(missing_ok=True)
    return len(unused)


def set_evidence(
    actor: Actor, record: Record, test: str, state: EvidenceState, where: str = "", result: str = ""
) -> Evidence:
    """Store that an exit test is met or doesn't apply, by whom and when; replaces earlier evidence of the test."""
    stmt = sa.select(Evidence).where(Evidence.record_id == record.id, Evidence.test == test)
    row = db.session.scalars(stmt).one_or_none() or Evidence(record_id=record.id, test=test)
    row.state, row.where, row.result = state, where, result
    row.on, row.at, row.by_id = clock.today(actor.zone), clock.now(), actor.id
    db.session.add(row)
    db.session.flush()
    return row


def withdraw_evidence(ids: Collection[int], test: str) -> None:
    """Remove the evidence of records that an exit test is met: it was about other facts. Other answers stay."""
    is_met = sa.and_(Evidence.record_id.in_(ids), Evidence.test == test, Evidence.state == EvidenceState.met)
    for row in db.session.scalars(sa.select(Evidence).where(is_met)).all():
        db.session.delete(row)
    db.session.flush()


def star(actor: Actor, record: Record, *, on: bool) -> None:
    """Add a star to a record, or remove it."""
    existing = db.session.get(Star, (actor.id, record.id))
    if on and existing is None:
        db.session.add(Star(user_id=actor.id, record_id=record.id, at=clock.now()))
    elif not on and existing is not None:
        db.session.delete(existing)
    db.session.flush()


def note_recent(user_id: int, record_id: int) -> None:
    """Store that a user opened a record, in a transaction of its own."""
    row = {"user_id": user_id, "record_id": record_id, "at": clock.now()}
    with own_transaction(durable=False) as session:
        upsert_all(session, Recent, [row], key=("user_id", "record_id"), update=("at",))


def delete_old_recents() -> None:
    """Delete all but the newest MAX_RECENT records that each user opened."""
    table: Any = Recent.__table__
    order = sa.func.row_number().over(partition_by=table.c.user_id, order_by=table.c.at.desc())
    ranked = sa.select(table.c.user_id, table.c.record_id, order.label("position")).subquery()
    old = sa.select(ranked.c.user_id, ranked.c.record_id).where(ranked.c.position > MAX_RECENT)
    db.session.execute(sa.delete(table).where(sa.tuple_(table.c.user_id, table.c.record_id).in_(old)))
