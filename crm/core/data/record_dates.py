"""Derived dates of records, which lists sort by; written without new versions or history."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, db


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


def write_dates(expected: Mapping[tuple[int, int], Mapping[str, Any]], existing: Container[tuple[int, int]]) -> None:
    """Write derived dates, (record, team) -> columns, without versions or history; `existing`: keys with a row."""
    dates: Any = RecordDates.__table__
    # Always in the same order: two writers of the same rows then wait for each other instead of deadlocking.
    rows = sorted(expected.items(), key=lambda row: row[0])
    new = [{"record_id": key[0], "team_key": key[1], **columns} for key, columns in rows if key not in existing]
    updates = [{"of_record": key[0], "of_team": key[1], **columns} for key, columns in rows if key in existing]
    if new:
        db.session.execute(sa.insert(dates), new)
    if updates:
        row = sa.and_(dates.c.record_id == sa.bindparam("of_record"), dates.c.team_key == sa.bindparam("of_team"))
        db.session.execute(sa.update(dates).where(row), updates)
