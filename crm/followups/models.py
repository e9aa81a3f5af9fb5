"""Follow-ups, the records they are about, and how often to keep in touch."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, code, field, sparse
from crm.core.data.history import Audited
from crm.core.data.record import Record
from crm.core.words import _l

from .enums import FollowUpSide, FollowUpState, RepeatRule, Tier


class FollowUp(Record):
    """Something that we owe or they owe, or an idea. The counselor of its record is responsible.

    `due_on` is always set (the date in `zone`); `due_at` only if it has a time of day (`due_wall`, local).
    """

    __tablename__ = "followup"
    id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    title: Mapped[str] = field(_l("Title"), sa.String(200))
    note: Mapped[str | None] = field(_l("Note"), sa.Text)
    side: Mapped[FollowUpSide] = field(_l("Type"), code(FollowUpSide), default=FollowUpSide.we)
    due_on: Mapped[date] = field(_l("Due"))
    due_wall: Mapped[datetime | None] = mapped_column(sa.DateTime)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    zone: Mapped[str] = field(_l("Time zone"), sa.String(60), widget="zone")
    promised_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    promised_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    source_id: Mapped[int | None] = mapped_column(sa.ForeignKey("record.id"))
    state: Mapped[FollowUpState] = field(_l("Status"), code(FollowUpState), default=FollowUpState.open)
    result: Mapped[str | None] = field(_l("Result"), sa.String(500))
    closed_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    tries: Mapped[int] = mapped_column(default=0)
    postponed_count: Mapped[int] = mapped_column(default=0)
    repeat: Mapped[RepeatRule | None] = field(_l("Repeat"), code(RepeatRule))
    repeat_from: Mapped[date | None] = mapped_column(sa.Date)
    mail_alone: Mapped[bool] = field(
        _l("Send as a separate email"), default=False, hint=_l("Instead of listing it in the daily digest.")
    )
    __mapper_args__ = {"polymorphic_identity": "followup", "inherit_condition": id == Record.id}
    __table_args__ = (
        sa.Index("ix_followup_due_on", "state", "due_on", "id"),
        sa.Index("ix_followup_due_at", "state", "due_at"),
        sa.Index("ix_followup_state_id", "state", "id", "side", "due_on", "due_at"),
        sparse("ix_followup_source_id", "source_id"),
    )


class FollowUpAbout(Audited, Base):
    __tablename__ = "followup_about"
    audit_root: ClassVar[str | None] = "followup_id"
    followup_id: Mapped[int] = mapped_column(sa.ForeignKey("followup.id"), primary_key=True)
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True, index=True)


class Cadence(Audited, Base):
    """How often to keep in touch with a person or organization.

    Silence is counted from `counts_from` at the earliest.
    """

    __tablename__ = "cadence"
    audit_root: ClassVar[str | None] = "record_id"
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    tier: Mapped[Tier] = field(_l("Keep in touch"), code(Tier), default=Tier.c)
    every_days: Mapped[int | None] = field(
        _l("Custom interval (days)"), index=True, hint=_l("Overrides the tier's interval.")
    )
    counts_from: Mapped[date] = mapped_column(sa.Date)
