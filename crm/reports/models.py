"""Reviews of the pipeline and what was decided in them, reports that users built and chose, and sales targets."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, code, field, money, new_uid, sparse
from crm.core.data.history import Audited, UndoMode
from crm.core.words import _l
from crm.opportunities.stages import OpportunityStage

from .policy import EmailInterval

OF_TEAM: dict[str, Any] = dict.fromkeys(("sqlite_where", "postgresql_where"), sa.text("counselor_id IS NULL"))
"""The targets of whole teams, as arguments of an index."""


class Review(Audited, Base):
    """A review of a team's pipeline: what happened since `since_at`, and what was decided until `next_on`."""

    __tablename__ = "review"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    team_id: Mapped[int] = field(_l("Team"), sa.ForeignKey("team.id"))
    since_at: Mapped[datetime] = mapped_column(Instant)
    reviewed_at: Mapped[datetime] = mapped_column(Instant)
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    next_on: Mapped[date] = field(_l("Next review"), hint=_l("Decisions are due on the working day before it."))
    note: Mapped[str | None] = field(_l("Note"), sa.Text)
    __table_args__ = (sa.Index("ix_review_team", "team_id", "reviewed_at", "id"),)


class ReviewItem(Audited, Base):
    """An opportunity in a review, as it was then: its topics, stage and amount, and what was decided.

    `decision` became the follow-up, if there is one.
    """

    __tablename__ = "review_item"
    audit_root: ClassVar[str | None] = "opportunity_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(sa.ForeignKey("review.id"))
    opportunity_id: Mapped[int] = mapped_column(sa.ForeignKey("opportunity.id"), index=True)
    topics: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    stage: Mapped[OpportunityStage] = field(_l("Stage"), code(OpportunityStage))
    amount: Mapped[Decimal | None] = field(_l("Amount"), money())
    currency: Mapped[str] = field(_l("Currency"), sa.String(3), default="USD")
    decision: Mapped[str | None] = field(_l("Decision"), sa.String(200))
    followup_id: Mapped[int | None] = mapped_column(sa.ForeignKey("followup.id"))
    __table_args__ = (
        sa.UniqueConstraint("review_id", "opportunity_id"),
        sparse("ix_review_item_followup_id", "followup_id"),
    )


class CustomReport(Audited, Base):
    """A report that a user built: choices about a kind of records, as in the address of the builder.

    Those of the team see it if it has one; only its user changes it.
    """

    __tablename__ = "custom_report"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    team_id: Mapped[int | None] = field(
        _l("Share with a team"),
        sa.ForeignKey("team.id"),
        index=True,
        widget="team",
        hint=_l("Colleagues see figures only for records they have access to."),
    )
    name: Mapped[str] = field(_l("Name"), sa.String(80))
    kind: Mapped[str] = mapped_column(sa.String(40))
    query: Mapped[str] = mapped_column(sa.String(2000))


class ReportChoice(Audited, Base):
    """A report that a user has on the dashboard, or gets by email."""

    __tablename__ = "report_choice"
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    report: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    on_dashboard: Mapped[bool] = field(_l("On the dashboard"), default=False)
    email: Mapped[EmailInterval] = field(_l("By email"), code(EmailInterval), default=EmailInterval.none)


class SalesTarget(Audited, Base):
    """The US dollars that a team, or one of its counselors, is to sign in whole months; spread evenly over them.

    `from_on` is the first day of the first month, `to_on` the last day of the last one.
    """

    __tablename__ = "sales_target"
    undo_mode: ClassVar[UndoMode | None] = UndoMode.restore
    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = field(_l("Team"), sa.ForeignKey("team.id"), widget="team")
    counselor_id: Mapped[int | None] = field(
        _l("Counselor"), sa.ForeignKey("user.id"), widget="user", hint=_l("Leave blank for the target of the team.")
    )
    from_on: Mapped[date] = field(_l("First month"))
    to_on: Mapped[date] = field(_l("Last month"))
    amount: Mapped[Decimal] = field(_l("Amount (US$)"), money(), hint=_l("The amount to be signed in these months."))
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.UniqueConstraint("team_id", "counselor_id", "from_on", "to_on"),
        # A unique constraint takes two rows without a counselor for different ones.
        sa.Index("uq_sales_target_of_team", "team_id", "from_on", "to_on", unique=True, **OF_TEAM),
        sparse("ix_sales_target_counselor_id", "counselor_id"),
    )
