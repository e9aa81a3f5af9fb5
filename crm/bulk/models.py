"""Changes of many records at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, code, new_uid

from .policy import BulkOperation, BulkState


class BulkRun(Base):
    """One change of many records: what, which ones, how far it is, and the records that were refused.

    `position` is how many of `ids` were handled; while it is undone, the id of the last record that was.
    """

    __tablename__ = "bulk_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    listing: Mapped[str] = mapped_column(sa.String(40))
    operation: Mapped[BulkOperation] = mapped_column(code(BulkOperation))
    params: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    ids: Mapped[list[int]] = mapped_column(sa.JSON, deferred=True)
    state: Mapped[BulkState] = mapped_column(code(BulkState), default=BulkState.waiting, index=True)
    total: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    undone: Mapped[int] = mapped_column(default=0)
    refused_count: Mapped[int] = mapped_column(default=0)
    refused: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    """Pairs (record id, reason) of the first refused records."""
    return_url: Mapped[str] = mapped_column(sa.String(2000), default="/")
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batch.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    worker: Mapped[str | None] = mapped_column(sa.String(36))
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    """Until then only `worker` changes the records; after that it was interrupted and another one continues."""
