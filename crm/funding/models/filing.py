"""Filed reports: frozen copies of what was counted, and recorded corrections."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, field
from crm.core.words import _l
from crm.funding.policy.filing import Difference


class FiledReport(Base):
    """A report to a funder as it was filed. `sessions` are those that counted, `file` is the XML that was sent.

    Neither is ever changed.
    """

    __tablename__ = "filed_report"
    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(sa.ForeignKey("award.id"), index=True)
    team_id: Mapped[int | None] = field(_l("Team"), sa.ForeignKey("team.id"), widget="team")
    first: Mapped[date] = field(_l("First day"))
    last: Mapped[date] = field(_l("Last day"))
    filed_at: Mapped[datetime] = mapped_column(Instant)
    filed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    sessions: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, deferred=True)
    file: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    note: Mapped[str | None] = field(_l("Note"), sa.String(500), widget="area")


class CountedSession(Base):
    """A session of a filed report: begins as it was filed, and each correction brings it up to date.

    The ids are facts of the report, not foreign keys: they stay when an import is undone and its records are deleted.
    """

    __tablename__ = "counted_session"
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("filed_report.id"), primary_key=True)
    interaction_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    client_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    on: Mapped[date]
    session_type: Mapped[str] = mapped_column(sa.String(40))
    contact: Mapped[int]
    prep: Mapped[int]
    travel: Mapped[int]


class FiledCorrection(Base):
    """A recorded correction of a filed report: who, when, why, and which sessions differ."""

    __tablename__ = "filed_correction"
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("filed_report.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    reason: Mapped[str] = field(_l("Reason"), sa.String(500), widget="area")
    differences: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)

    def read_differences(self) -> list[Difference]:
        """Return how the sessions differ, before and after."""
        return [Difference.read(x) for x in self.differences]
