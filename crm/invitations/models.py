"""Invitations that were sent, to whom, and what they answered."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, code, field
from crm.core.data.history import Audited
from crm.core.words import _l

from .policy import MAX_COMMENT_CHARS, GuestAnswer


class CalendarInvitation(Audited, Base):
    """An invitation to a planned interaction or a meeting at a show, as it was sent last.

    `subject_key` is "record:ID" or "meeting:ID". `uid` and `sequence` identify it in the calendars of the guests.
    `time_sequence` is the version from which its time holds: earlier answers are about another time.
    """

    __tablename__ = "calendar_invitation"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject_key: Mapped[str] = mapped_column(sa.String(60), unique=True)
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), index=True)
    organizer_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    uid: Mapped[str] = mapped_column(sa.String(120), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    time_sequence: Mapped[int] = mapped_column(default=0)
    summary: Mapped[str] = mapped_column(sa.String(300))
    location: Mapped[str] = mapped_column(sa.String(300), default="")
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    zone: Mapped[str] = mapped_column(sa.String(60))
    message: Mapped[str] = mapped_column(sa.String(1000), default="")
    canceled_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (sa.Index("ix_calendar_invitation_open", "canceled_at", "ends_at"),)


class CalendarGuest(Audited, Base):
    """An address that an invitation was sent to, of a person or a user, and the last answer from its calendar.

    `answered_sequence` is the version of the invitation that was answered, `answer_stamp` when it was answered by the
    clock of the guest, `answered_at` when the answer came in. `has_own_address`: its calendar sends answers to an
    address of its own, which no other guest knows.
    """

    __tablename__ = "calendar_guest"
    audit_silent: ClassVar[frozenset[str]] = frozenset({"answer_stamp", "has_own_address"})
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("calendar_invitation.id"), primary_key=True)
    address: Mapped[str] = mapped_column(sa.String(254), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    language: Mapped[str] = mapped_column(sa.String(10), default="en")
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    has_own_address: Mapped[bool] = mapped_column(default=True)
    answer: Mapped[GuestAnswer | None] = field(_l("Answer"), code(GuestAnswer), nullable=True)
    answered_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    answer_stamp: Mapped[datetime | None] = mapped_column(Instant)
    answered_sequence: Mapped[int | None] = mapped_column()
    comment: Mapped[str] = field(_l("Comment"), sa.String(MAX_COMMENT_CHARS), default="")
    proposed_at: Mapped[datetime | None] = field(_l("Proposed time"), Instant)
    proposed_end_at: Mapped[datetime | None] = mapped_column(Instant)
