"""Suspected pairs of records, and how far the search for them is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, code

from .policy import PairState


class DuplicatePair(Base):
    """Two records that may be the same, the older one first; `different` remembers that they aren't."""

    __tablename__ = "duplicate_pair"
    id: Mapped[int] = mapped_column(primary_key=True)
    a_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"))
    b_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), index=True)
    score: Mapped[float] = mapped_column(sa.Double)
    reasons: Mapped[list[Any]] = mapped_column(sa.JSON)
    state: Mapped[PairState] = mapped_column(code(PairState), default=PairState.open)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (
        sa.UniqueConstraint("a_id", "b_id"),
        sa.Index("ix_duplicate_pair_list", "state", "score", "id"),
    )


class DuplicateProgress(Base):
    """The last record of a kind that was compared: later changes are still to be compared."""

    __tablename__ = "duplicate_progress"
    kind: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    record_id: Mapped[int]
