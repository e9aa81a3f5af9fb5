"""Which China reps get monthly check-ins, and the check-ins with their answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, code, field
from crm.core.data.history import Audited
from crm.core.words import _l

from .policy import MAX_ANSWER_CHARS, CheckInState


class CheckInPlan(Audited, Base):
    """A China rep who gets a check-in each month, until the rep stops them by the link in an email (`stopped_at`)."""

    __tablename__ = "checkin_plan"
    audit_root: ClassVar[str | None] = "representation_id"
    representation_id: Mapped[int] = mapped_column(sa.ForeignKey("representation.id"), primary_key=True)
    started_on: Mapped[date] = mapped_column(sa.Date)
    stopped_at: Mapped[datetime | None] = field(_l("Stopped by the rep"), Instant)


class CheckIn(Audited, Base):
    """One check-in: the hash of the token in its email, and the answer until a counselor logs or dismisses it."""

    __tablename__ = "checkin"
    audit_root: ClassVar[str | None] = "representation_id"
    audit_silent: ClassVar[frozenset[str]] = frozenset({"token_hash"})
    id: Mapped[int] = mapped_column(primary_key=True)
    representation_id: Mapped[int] = mapped_column(sa.ForeignKey("representation.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    month: Mapped[str] = field(_l("Month"), sa.String(7))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    address: Mapped[str] = mapped_column(sa.String(254))
    language: Mapped[str] = mapped_column(sa.String(10))
    sent_at: Mapped[datetime] = mapped_column(Instant)
    answer: Mapped[str | None] = field(_l("Answer"), sa.String(MAX_ANSWER_CHARS), widget="area")
    answered_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    state: Mapped[CheckInState] = field(_l("Status"), code(CheckInState), default=CheckInState.sent)
    interaction_id: Mapped[int | None] = mapped_column(sa.ForeignKey("interaction.id"), index=True)
    __table_args__ = (sa.UniqueConstraint("representation_id", "month"), sa.Index("ix_checkin_state", "state", "id"))
