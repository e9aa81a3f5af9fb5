"""Derived dates of records, which lists sort by; written without new versions or history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, db
from crm.core.data.rows import upsert_all


class RecordDates(Base):
    """Derived dates of a record: one row per team, and one with `team_key` 0 for what everybody may know."""

    __tablename__ = "record_dates"
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    team_key: Mapped[int] = mapped_column(primary_key=True, default=0, autoincrement=False)
    last_interaction_at: Mapped[datetime | None] = mapped_column(Instant)
    last_reached_at: Mapped[datetime | None] = mapped_column(Instant)
    next_follow_up_on: Mapped[date | None]
    __table_args__ = (
        sa.Index("ix_record_dates_last", "team_key", "last_interaction_at", "record_id"),
        sa.Index("ix_record_dates_next", "team_key", "next_follow_up_on", "record_id"),
    )


DATES = ("last_interaction_at", "last_reached_at", "next_follow_up_on")


def write_dates(dates: Mapping[tuple[int, int], Mapping[str, Any]]) -> None:
    """Write derived dates, (record, team) -> columns, without versions or history, in one statement.

    The row of team 0 has the last interactions and those of teams the next follow-ups; the other columns are empty.
    """
    # Always in the same order: two writers of the same rows then wait for each other instead of deadlocking.
    rows = [
        {"record_id": record_id, "team_key": team_key, **dict.fromkeys(DATES), **columns}
        for (record_id, team_key), columns in sorted(dates.items(), key=lambda item: item[0])
    ]
    upsert_all(db.session, RecordDates, rows, key=("record_id", "team_key"), update=DATES)
