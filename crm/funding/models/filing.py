"""Filed reports: frozen copies of what was counted, and recorded corrections."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, code, field, money
from crm.core.words import _l
from crm.funding.policy.filing import Difference, ReportKind


class FiledReport(Base):
    """A report to a funder as it was filed. `sessions` are those that counted, `file` is the XML that was sent.

    A client report has `assistance` instead of sessions, and a workbook. None of it is ever changed.
    """

    __tablename__ = "filed_report"
    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(sa.ForeignKey("award.id"), index=True)
    kind: Mapped[ReportKind] = field(_l("Report"), code(ReportKind), default=ReportKind.sessions)
    team_id: Mapped[int | None] = field(_l("Team"), sa.ForeignKey("team.id"), widget="team")
    first: Mapped[date] = field(_l("First day"))
    last: Mapped[date] = field(_l("Last day"))
    filed_at: Mapped[datetime] = mapped_column(Instant)
    filed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    sessions: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, deferred=True)
    assistance: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, deferred=True, default=list)
    file: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    note: Mapped[str | None] = field(_l("Note"), sa.String(500), widget="area")

    @property
    def record_ids(self) -> set[int]:
        """The ids of the interactions and clients that it counts."""
        names = ("interaction_id", "client_id")
        return {x[name] for x in (*self.sessions, *self.assistance) for name in names if name in x}


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


class CountedAssistance(Base):
    """Assistance in a filed client report: begins as it was filed, and each correction brings it up to date.

    The ids are facts of the report, as those of a session.
    """

    __tablename__ = "counted_assistance"
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("filed_report.id"), primary_key=True)
    assistance_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    client_id: Mapped[int] = mapped_column(index=True)
    on: Mapped[date]
    activity: Mapped[str] = mapped_column(sa.String(40))
    approved: Mapped[Decimal | None] = mapped_column(money())
    spent: Mapped[Decimal | None] = mapped_column(money())
    match: Mapped[Decimal | None] = mapped_column(money())


class FiledCorrection(Base):
    """A recorded correction of a filed report: who, when, why, and what differs."""

    __tablename__ = "filed_correction"
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("filed_report.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    reason: Mapped[str] = field(_l("Reason"), sa.String(500), widget="area")
    differences: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)

    def read_differences(self) -> list[Difference]:
        """Return how sessions or assistance differ, before and after."""
        return [Difference.read(x) for x in self.differences]
