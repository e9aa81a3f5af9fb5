"""What is kept with a record: files, the evidence of exit tests, and who starred or opened it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from crm.core import clock
from crm.core.data.base import db, own_transaction
from crm.core.data.record import Record
from crm.core.policy import Actor
from crm.core.web.files import store_upload
from crm.records.models import Attachment, Evidence, Recent, Star
from crm.records.policy import EvidenceState

MAX_RECENT = 30


def attach(
    actor: Actor, record: Record, uploads: Sequence[FileStorage | str], field: str = "files"
) -> list[Attachment]:
    """Keep files with a record. Raises Invalid on `field`."""
    made = []
    for upload in uploads:
        # A form that is no multipart sends the name alone.
        if not isinstance(upload, FileStorage) or not upload.filename:
            continue
        kept = store_upload(upload, field)
        made.append(
            Attachment(
                record_id=record.id,
                name=kept.name,
                media_type=kept.media_type,
                size=kept.size,
                sha256=kept.sha256,
                stored_as=kept.stored_as,
                at=clock.now(),
                by_id=actor.id,
            )
        )
    db.session.add_all(made)
    db.session.flush()
    return made


def set_evidence(
    actor: Actor, record: Record, test: str, state: EvidenceState, where: str = "", result: str = ""
) -> Evidence:
    """Record that an exit test is met, or does not apply: by whom and when; a second word replaces the first."""
    stmt = sa.select(Evidence).where(Evidence.record_id == record.id, Evidence.test == test)
    row = db.session.scalars(stmt).one_or_none() or Evidence(record_id=record.id, test=test)
    row.state, row.where, row.result = state, where, result
    row.on, row.at, row.by_id = clock.today(actor.zone), clock.now(), actor.id
    db.session.add(row)
    db.session.flush()
    return row


def star(actor: Actor, record: Record, *, on: bool) -> None:
    """Keep a record at hand, or no longer."""
    held = db.session.get(Star, (actor.id, record.id))
    if on and held is None:
        db.session.add(Star(user_id=actor.id, record_id=record.id, at=clock.now()))
    elif not on and held is not None:
        db.session.delete(held)
    db.session.flush()


RECENT: Any = Recent.__table__
USER = sa.bindparam("user", type_=sa.Integer)
OPENED: dict[str, Any] = {"at": sa.bindparam("now")}
RECENT_UPDATE = (
    sa.update(RECENT).where(RECENT.c.user_id == USER, RECENT.c.record_id == sa.bindparam("record")).values(OPENED)
)
RECENT_INSERT = sa.insert(RECENT).values(user_id=USER, record_id=sa.bindparam("record"), **OPENED)
RECENT_DELETE = sa.delete(RECENT).where(
    RECENT.c.user_id == USER,
    RECENT.c.record_id.not_in(
        sa.select(RECENT.c.record_id)
        .where(RECENT.c.user_id == USER)
        .order_by(RECENT.c.at.desc())
        .limit(MAX_RECENT)
        .scalar_subquery()
    ),
)


def note_recent(user_id: int, record_id: int) -> None:
    """Remember that a user opened a record, in a transaction of its own; older than the newest 30 are forgotten."""
    row = {"user": user_id, "record": record_id, "now": clock.now()}
    with own_transaction(lasting=False) as session:
        if not session.execute(RECENT_UPDATE, row).rowcount:  # type: ignore[attr-defined]
            session.execute(RECENT_INSERT, row)
            session.execute(RECENT_DELETE, row)
