"""Awards of funders, their reports and their goals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, code, field, money
from crm.core.data.history import Audited, UndoMode
from crm.core.words import _l
from crm.funding.policy.awards import GoalMeasure


class Award(Audited, Base):
    """A grant or contract of a funder for a period."""

    __tablename__ = "award"
    undo_mode: ClassVar[UndoMode | None] = UndoMode.restore
    id: Mapped[int] = mapped_column(primary_key=True)
    funder_id: Mapped[int] = field(_l("Funder"), sa.ForeignKey("funder.id"), index=True)
    number: Mapped[str] = field(_l("Award number"), sa.String(60))
    from_on: Mapped[date] = field(_l("Start date"))
    to_on: Mapped[date] = field(_l("End date"))
    amount: Mapped[Decimal | None] = field(_l("Amount"), money())
    currency: Mapped[str] = field(_l("Currency"), sa.String(3), default="USD", widget="currency")
    match_percent: Mapped[Decimal | None] = field(
        _l("Match required (%)"),
        sa.Numeric(5, 2),
        widget="percent",
        hint=_l("The share of the total cost that the center or its clients pay: 50 for a match of 1:1."),
    )
    location_code: Mapped[int | None] = field(
        _l("NEXUS location code"), hint=_l("The code that the SBA gave the center, for the export of form 641.")
    )
    responsible_id: Mapped[int | None] = field(
        _l("Responsible for reports"),
        sa.ForeignKey("user.id"),
        widget="user",
        hint=_l("Prepares and sends the reports to the funder."),
    )
    note: Mapped[str | None] = field(_l("Note"), sa.String(1000), widget="area")
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (sa.Index("ix_award_from_on", "from_on", "id"),)


class AwardReport(Audited, Base):
    """A report that an award requires, with its due date."""

    __tablename__ = "award_report"
    undo_mode: ClassVar[UndoMode | None] = UndoMode.restore
    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(sa.ForeignKey("award.id"), index=True)
    name: Mapped[str] = field(_l("Report"), sa.String(120), hint=_l("For example, Q1 performance report."))
    due_on: Mapped[date] = field(_l("Due"), index=True)
    sent_on: Mapped[date | None] = field(_l("Sent on"))


class AwardGoal(Audited, Base):
    """A target of an award, for one team or all, and for one counselor or everybody."""

    __tablename__ = "goal"
    undo_mode: ClassVar[UndoMode | None] = UndoMode.restore
    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(sa.ForeignKey("award.id"), index=True)
    measure: Mapped[GoalMeasure] = field(_l("Measure"), code(GoalMeasure), default=GoalMeasure.clients)
    team_id: Mapped[int | None] = field(_l("Team"), sa.ForeignKey("team.id"), widget="team")
    user_id: Mapped[int | None] = field(_l("Counselor"), sa.ForeignKey("user.id"), widget="user")
    target: Mapped[Decimal] = field(_l("Target"), money())
