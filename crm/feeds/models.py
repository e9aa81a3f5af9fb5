"""The secret feed of a user; invitations that were sent, and to whom."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, field
from crm.core.data.history import Audited
from crm.core.words import _l


class CalendarFeed(Audited, Base):
    """The calendar feed of a user. Only the hash of its token is stored; a new token ends the old address."""

    __tablename__ = "calendar_feed"
    audit_silent: ClassVar[frozenset[str]] = frozenset({"token_hash"})
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    has_details: Mapped[bool] = field(
        _l("Include details"),
        default=False,
        hint=_l("Place, participants and a link. Otherwise only titles. Confidential items never have a title."),
    )


class CalendarInvitation(Audited, Base):
    """An invitation to a planned interaction or a meeting at a show, as it was sent last.

    `subject_key` is "record:ID" or "meeting:ID". `uid` and `sequence` identify it in the calendars of the guests.
    """

    __tablename__ = "calendar_invitation"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject_key: Mapped[str] = mapped_column(sa.String(60), unique=True)
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), index=True)
    organizer_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    uid: Mapped[str] = mapped_column(sa.String(120), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    summary: Mapped[str] = mapped_column(sa.String(300))
    location: Mapped[str] = mapped_column(sa.String(300), default="")
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    zone: Mapped[str] = mapped_column(sa.String(60))
    message: Mapped[str] = mapped_column(sa.String(1000), default="")
    canceled_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (sa.Index("ix_calendar_invitation_open", "canceled_at", "ends_at"),)


class CalendarGuest(Audited, Base):
    """An address that an invitation was sent to."""

    __tablename__ = "calendar_guest"
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("calendar_invitation.id"), primary_key=True)
    address: Mapped[str] = mapped_column(sa.String(254), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    language: Mapped[str] = mapped_column(sa.String(10), default="en")
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
