"""Receipts: a form that is submitted twice creates one record (double click, retry, replay)."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any, NoReturn

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock
from crm.core.data.base import Base, Instant, db
from crm.core.data.rows import insert_once
from crm.core.errors import AlreadyDone, Conflict
from crm.core.words import _

RETENTION = timedelta(days=90)
"""Longer than a session lasts."""


class Receipt(Base):
    """A creating form that was carried out: its identifier, a digest of its content, and where it redirected."""

    __tablename__ = "receipt"
    uid: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    url: Mapped[str] = mapped_column(sa.String(500), default="")
    at: Mapped[datetime] = mapped_column(Instant, index=True)


def digest_of(endpoint: str, values: dict[str, Any]) -> str:
    """Return a digest of a form's content; the caller leaves out hidden tokens."""
    content = json.dumps([endpoint, values], sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def take_receipt(uid: str, user_id: int, digest: str) -> None:
    """Claim the identifier for this request.

    Raises AlreadyDone if the same content came before, Conflict if other content did. A second request at the same
    moment waits in the database for the first.
    """
    values = {"uid": uid, "user_id": user_id, "digest": digest, "url": "", "at": clock.now()}
    if not insert_once(db.session, Receipt, values, key="uid"):
        _refuse_repeated(db.session.get_one(Receipt, uid), user_id, digest)


def _refuse_repeated(first: Receipt, user_id: int, digest: str) -> NoReturn:
    """Raise AlreadyDone or Conflict for a form that was submitted before."""
    if first.user_id == user_id and first.digest == digest and first.url:
        raise AlreadyDone(first.url)
    url = first.url if first.user_id == user_id else ""
    raise Conflict(
        _("You already submitted this form with different content. Open the form again."), record_url=url or None
    )


RECEIPTS: Any = Receipt.__table__
UPDATE_URL = (
    sa.update(RECEIPTS).where(RECEIPTS.c.uid == sa.bindparam("receipt_uid")).values(url=sa.bindparam("receipt_url"))
)


def write_receipt_url(uid: str, url: str) -> None:
    """Write where a form redirects, so that a repeated submit goes there."""
    db.session.connection().execute(UPDATE_URL, {"receipt_uid": uid, "receipt_url": url[:500]})


def find_saved_url(uid: str | None, user_id: int) -> str | None:
    """Return where the form with this identifier redirected after this user had saved it; None if it wasn't saved."""
    stmt = sa.select(Receipt.url).where(Receipt.uid == uid, Receipt.user_id == user_id)
    return db.session.scalar(stmt) or None if uid else None


def delete_old_receipts() -> None:
    """Delete receipts of forms that can't be submitted again: the session of their user has ended."""
    db.session.execute(sa.delete(Receipt).where(Receipt.at < clock.now() - RETENTION))
