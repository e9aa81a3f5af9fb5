"""The log of incoming email, and how far the mailbox was read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, code, field
from crm.core.words import _l, _p

from .policy import InboxOutcome


class InboxMessage(Base):
    """One message of the mailbox: handled once, in the same transaction as its effects.

    `fingerprint` is a digest of the Message-ID, or of the content of a message without one. The bytes (`mime`) and the
    text are stored only while it waits for a user's decision.
    """

    __tablename__ = "inbox_message"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid_validity: Mapped[int] = mapped_column(sa.BigInteger)
    uid: Mapped[int] = mapped_column(sa.BigInteger)
    fingerprint: Mapped[str] = mapped_column(sa.String(64), index=True)
    outcome: Mapped[InboxOutcome] = field(_l("Status"), code(InboxOutcome))
    detail: Mapped[str] = mapped_column(sa.String(300), default="")
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    record_id: Mapped[int | None] = mapped_column(sa.ForeignKey("record.id"), index=True)
    from_address: Mapped[str] = field(_p("email", "From"), sa.String(254), default="")
    from_name: Mapped[str] = mapped_column(sa.String(200), default="")
    subject: Mapped[str] = field(_l("Subject"), sa.String(300), default="")
    size: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = field(_l("Received"), Instant)
    mime: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    files: Mapped[list[Any] | None] = mapped_column(sa.JSON)
    __table_args__ = (
        sa.UniqueConstraint("uid_validity", "uid"),
        sa.Index("ix_inbox_message_user_id", "user_id", "id"),
        sa.Index("ix_inbox_message_sender", "from_address", "at"),
        # Not a partial index: SQLite fails to plan the query for emails of the user or of nobody with one.
        sa.Index("ix_inbox_message_waiting", "outcome", "user_id", "id"),
    )


class Mailbox(Base):
    """The mailbox that is read (id 1): its state at the last check; an error until the next one succeeds."""

    __tablename__ = "mailbox"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    uid_validity: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    last_uid: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    error: Mapped[str | None] = mapped_column(sa.String(300))
