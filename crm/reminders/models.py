"""Which occurrence was sent to which user, and which kinds users turned on or off."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, code, field
from crm.core.data.history import Audited, UndoMode
from crm.core.words import _l

from .policy import Offset


class Reminder(Base):
    """One occurrence that was due; the key makes it unique. `subject_key` is "record:ID" or "digest"."""

    __tablename__ = "reminder"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    subject_key: Mapped[str] = mapped_column(sa.String(60))
    record_id: Mapped[int | None] = mapped_column(sa.ForeignKey("record.id"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    occurrence: Mapped[str] = mapped_column(sa.String(60))
    mail_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mail.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    __table_args__ = (sa.UniqueConstraint("kind", "subject_key", "user_id", "occurrence"),)


class ReminderSetting(Audited, Base):
    """A kind of reminder that a user turned on or off; without a row the default of the kind holds."""

    __tablename__ = "reminder_mute"
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    enabled: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class ReminderTiming(Audited, Base):
    """How long before its time a user is emailed; without a row the defaults hold."""

    __tablename__ = "reminder_timing"
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    meeting_offset: Mapped[Offset] = field(_l("Appointments"), code(Offset), default=Offset.minutes_15)
    followup_offset: Mapped[Offset] = field(_l("Follow-ups with a time"), code(Offset), default=Offset.at_time)


class ReminderOffset(Audited, Base):
    """How long before its time a user is emailed about one item. `subject_key` is "record:ID" or "meeting:ID"."""

    __tablename__ = "reminder_offset"
    undo_mode: ClassVar[UndoMode | None] = UndoMode.ignore
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    subject_key: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    offset: Mapped[Offset] = field(_l("Email me"), code(Offset))


class Cover(Audited, Base):
    """A colleague who takes over a user's reminders from one day to another, both included, on the user's calendar."""

    __tablename__ = "cover"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    colleague_id: Mapped[int] = field(_l("Colleague"), sa.ForeignKey("user.id"), index=True)
    from_on: Mapped[date] = field(_l("From"))
    to_on: Mapped[date] = field(_l("To"))
    created_at: Mapped[datetime] = mapped_column(Instant)
