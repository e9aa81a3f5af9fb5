"""Matches of needs with products, decisions about them, and the index of keys by which they are found."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, alias, code, field, sparse
from crm.core.data.history import Audited
from crm.core.data.record import Record
from crm.core.words import _l

from .policy import DismissReason, MatchState


class ProductMatch(Base):
    """A need and a product that fits it: points and reasons, computed from both (see `services.refresh`)."""

    __tablename__ = "product_match"
    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("need.id"))
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"), index=True)
    points: Mapped[int]
    reasons: Mapped[list[Any]] = mapped_column(sa.JSON)
    found_at: Mapped[datetime] = mapped_column(Instant)

    @hybrid_property
    def confidential(self) -> bool:
        """Whether the need or the product is confidential; only in statements: files leave such matches out."""
        raise NotImplementedError

    @confidential.inplace.expression
    @classmethod
    def _is_confidential(cls) -> sa.ColumnElement[bool]:
        record = alias(Record, "matched_record")
        is_side = sa.or_(record.id == cls.need_id, record.id == cls.product_id)
        return sa.exists().where(is_side, record.confidential).correlate_except(record)

    __table_args__ = (
        sa.UniqueConstraint("need_id", "product_id"),
        sa.Index("ix_product_match_points", "points", "id"),
        sa.Index("ix_product_match_found", "found_at", "id"),
    )


class MatchDecision(Audited, Base):
    """What was decided about a need and a product; it stays when their match is computed again or disappears."""

    __tablename__ = "match_decision"
    audit_root: ClassVar[str | None] = "need_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("need.id"))
    product_id: Mapped[int] = field(_l("Product"), sa.ForeignKey("product.id"), index=True, widget="record")
    state: Mapped[MatchState] = field(_l("Status"), code(MatchState))
    reason: Mapped[DismissReason | None] = field(_l("Reason"), code(DismissReason))
    note: Mapped[str | None] = field(_l("Note"), sa.String(300))
    opportunity_id: Mapped[int | None] = field(_l("Opportunity"), sa.ForeignKey("record.id"), widget="record")
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    decided_at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (
        sa.UniqueConstraint("need_id", "product_id"),
        sparse("ix_match_decision_opportunity_id", "opportunity_id"),
    )


class MatchKey(Base):
    """A key of a need or a product: pairs that share keys are compared."""

    __tablename__ = "match_key"
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    weight: Mapped[int]
    is_need: Mapped[bool]
    __table_args__ = (sa.Index("ix_match_key_key", "key", "is_need", "record_id"),)


class MatchProgress(Base):
    """The day for which the matches of a need or product were computed; 1900-01-01 if a job is to compute them."""

    __tablename__ = "match_progress"
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True, autoincrement=False)
    refreshed_on: Mapped[date] = mapped_column(sa.Date, index=True)
