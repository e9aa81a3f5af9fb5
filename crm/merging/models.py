"""Which record was merged into which, and what the history doesn't have of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base


class Merge(Base):
    """A merge; its batch has the time, the user, and `undone_at`.

    `unlogged` is what un-merge needs and the history doesn't record: rows of tables without history, search tokens, and
    the rows into which equal ones were joined (see `services.unlogged`).
    """

    __tablename__ = "merge"
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batch.id"), primary_key=True, autoincrement=False)
    survivor_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), index=True)
    duplicate_id: Mapped[int] = mapped_column("loser_id", sa.ForeignKey("record.id"), index=True)
    unlogged: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
