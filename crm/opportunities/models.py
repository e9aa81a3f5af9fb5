"""Opportunities and their changes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Session, mapped_column

from crm.core.data.base import Base, Instant, code, field, money, sparse
from crm.core.data.record import Record
from crm.core.words import _l

from .stages import Certainty, LicenseGate, OpportunityStage, SalesPath, WaitingFor


class Opportunity(Record):
    """One client's chance at a contract; `amount` is the client's share. Closes on a day or in a quarter (2027Q1)."""

    __tablename__ = "opportunity"
    audit_silent: ClassVar[frozenset[str]] = frozenset({"shelf"})
    id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    title: Mapped[str] = field(_l("Title"), sa.String(200))
    client_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    path: Mapped[SalesPath] = field(_l("Sales path"), code(SalesPath), default=SalesPath.project)
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"), index=True)
    buyer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    buyer_contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    need_id: Mapped[int | None] = mapped_column(sa.ForeignKey("need.id"), index=True)
    second_counselor_id: Mapped[int | None] = field(
        _l("Second counselor"),
        sa.ForeignKey("user.id"),
        widget="user",
        hint=_l("Helps the counselor and sees it, too."),
    )
    representation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("representation.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("product.id"), index=True)
    stage: Mapped[OpportunityStage] = field(_l("Stage"), code(OpportunityStage), default=OpportunityStage.matched)
    stage_since: Mapped[datetime] = mapped_column(Instant)
    held_from: Mapped[OpportunityStage | None] = mapped_column(code(OpportunityStage))
    amount: Mapped[Decimal | None] = field(
        _l("Amount"), money(), hint=_l("The client's share. Leave blank if unknown.")
    )
    currency: Mapped[str] = field(_l("Currency"), sa.String(3), default="USD", widget="currency")
    probability: Mapped[int | None] = field(_l("Probability (%)"), hint=_l("Leave blank to use the stage default."))
    certainty: Mapped[Certainty | None] = field(_l("Confidence"), code(Certainty))
    chance: Mapped[int | None] = mapped_column()
    close_on: Mapped[date | None] = field(_l("Close date"))
    close_quarter: Mapped[str | None] = field(_l("Or close quarter"), sa.String(6), hint=_l("For example, Q1 2027."))
    close_key: Mapped[date] = mapped_column(sa.Date, default=date(9999, 12, 31))
    waiting_for: Mapped[WaitingFor] = field(_l("Waiting for"), code(WaitingFor), default=WaitingFor.us)
    waiting_since: Mapped[datetime] = mapped_column(Instant)
    license_gate: Mapped[LicenseGate] = field(_l("Export license"), code(LicenseGate), default=LicenseGate.to_determine)
    lost_reason_id: Mapped[int | None] = field(_l("Lost reason"), sa.ForeignKey("lost_reason.id"), widget="lost_reason")
    end_why: Mapped[str | None] = field(_l("Reason"), sa.String(500))
    wakes_on: Mapped[date | None] = field(_l("Reopen on"))
    note: Mapped[str | None] = field(_l("Note"), sa.Text)
    # Who may see it, in one number: derived from team, confidentiality and archive, so that one index counts the board.
    shelf: Mapped[int] = mapped_column()
    __mapper_args__ = {"polymorphic_identity": "opportunity"}
    __table_args__ = (
        sa.Index("ix_opportunity_shelf", "shelf", "stage", "currency", "amount", "chance", "stage_since", "id"),
        sa.Index("ix_opportunity_stage", "stage", "stage_since", "id", "shelf"),
        sa.Index("ix_opportunity_close", "close_key", "id"),
        sparse("ix_opportunity_lost_reason_id", "lost_reason_id"),
        sparse("ix_opportunity_second_counselor_id", "second_counselor_id"),
    )


class OpportunityChange(Base):
    """A change of stage, amount, close date or counselor; `skipped` lists the tests that a move left unmet."""

    __tablename__ = "opportunity_change"
    id: Mapped[int] = mapped_column(primary_key=True)
    opportunity_id: Mapped[int] = mapped_column(sa.ForeignKey("opportunity.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    field: Mapped[str] = mapped_column(sa.String(20))
    old: Mapped[str | None] = mapped_column(sa.String(60))
    new: Mapped[str | None] = mapped_column(sa.String(60))
    why: Mapped[str | None] = mapped_column(sa.String(500))
    skipped: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    __table_args__ = (
        sa.Index("ix_opportunity_change_case", "opportunity_id", "at"),
        sa.Index("ix_opportunity_change_field", "field", "at", "opportunity_id", "new", "old"),
    )


ARCHIVED, CONFIDENTIAL_KEY, SHARED = -2, -1, 0
"""Visibility keys of archived and confidential opportunities and of those without a team; others have the team's id."""


def visibility_key(team_id: int | None, *, confidential: bool, archived: bool) -> int:
    """Return the visibility key of an opportunity."""
    return ARCHIVED if archived else CONFIDENTIAL_KEY if confidential else team_id or SHARED


@event.listens_for(Session, "before_flush")
def _set_visibility_keys(session: Session, _context: Any, _instances: Any) -> None:
    for row in (*session.new, *session.dirty):
        if isinstance(row, Opportunity):
            key = visibility_key(row.team_id, confidential=bool(row.confidential), archived=row.archived_at is not None)
            if row.shelf != key:
                row.shelf = key


def find_wrong_visibility_keys() -> sa.Select[Any]:
    """Select the ids of opportunities with a wrong visibility key, and the right keys.

    There are none unless rows were written without the session.
    """
    opportunity, record = Opportunity.__table__, Record.__table__
    key = sa.case(
        (record.c.archived_at.is_not(None), ARCHIVED),
        (record.c.confidential, CONFIDENTIAL_KEY),
        else_=sa.func.coalesce(record.c.team_id, SHARED),
    )
    return (
        sa.select(opportunity.c.id, key).join(record, record.c.id == opportunity.c.id).where(opportunity.c.shelf != key)
    )
