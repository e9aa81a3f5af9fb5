"""A question to a colleague, and the answer."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, code, field, new_uid
from crm.core.data.history import Audited, UndoMode
from crm.core.words import _l

from .policy import ReferralState


class Referral(Audited, Base):
    """A question of `from_id` to `to_id`, perhaps about a record: visible to them, and to the colleague who covers."""

    __tablename__ = "referral"
    undo_mode: ClassVar[UndoMode | None] = UndoMode.ignore
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    from_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    to_id: Mapped[int] = field(_l("Colleague"), sa.ForeignKey("user.id"))
    record_id: Mapped[int | None] = mapped_column(sa.ForeignKey("record.id"), index=True)
    question: Mapped[str] = field(_l("Question"), sa.String(2000), widget="area")
    answer: Mapped[str | None] = field(_l("Answer"), sa.String(4000), widget="area")
    state: Mapped[ReferralState] = field(_l("Status"), code(ReferralState), default=ReferralState.open)
    asked_at: Mapped[datetime] = field(_l("Date"), Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.Index("ix_referral_to_id_state", "to_id", "state", "id"),
        sa.Index("ix_referral_from_id_state", "from_id", "state", "id"),
        sa.Index("ix_referral_asked_at_id", "asked_at", "id"),
    )
