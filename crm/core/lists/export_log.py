"""The log of exported files: who exported which records, and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock
from crm.core.data.base import Base, Instant
from crm.core.data.id_sets import pack_ids
from crm.core.data.own_transaction import own_transaction
from crm.core.hooks import EXPORTED


class ExportLog(Base):
    """A log entry: who exported which list, when, how many rows, and which records (`id_sets.pack_ids`).

    `record_kind` is "" for records of several kinds, None for rows that aren't records.
    """

    __tablename__ = "export_log"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    listing: Mapped[str] = mapped_column(sa.String(60))
    filters: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    rows: Mapped[int]
    format: Mapped[str] = mapped_column(sa.String(10))
    record_kind: Mapped[str | None] = mapped_column(sa.String(20))
    record_ids: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    __table_args__ = (sa.Index("ix_export_log_record_kind_id", "record_kind", "id"),)


class ExportedRecords(NamedTuple):
    """The records in a file; `kind` is None if they are of several kinds."""

    kind: str | None
    ids: Iterable[int]


def log_export(
    user_id: int | None,
    listing: str,
    filters: dict[str, Any],
    rows: int,
    kind: str,
    records: ExportedRecords | None = None,
) -> None:
    """Log an export in a transaction of its own; `kind` is csv or xlsx. `records` are those in the file."""
    with own_transaction() as session:
        entry = ExportLog(at=clock.now(), user_id=user_id, listing=listing, filters=filters)
        entry.rows, entry.format = rows, kind
        if records is not None:
            entry.record_kind, entry.record_ids = records.kind or "", pack_ids(records.ids)
        session.add(entry)
        for hook in EXPORTED:
            hook(session, entry)
