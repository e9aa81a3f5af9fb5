"""The answers that came by email."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, code

from .policy import MAX_SUMMARY_CHARS, AnswerAction, AnswerChannel


class EmailAnswer(Base):
    """An answer to one item of an email: what was done, in words without the record's name, and its undo.

    An answer to a meeting has the show as its record.

    `made_on` is the day of the email. Until the answer is undone, the links of that email for this record have ended.
    """

    __tablename__ = "email_answer"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("show_meeting.id"), index=True)
    made_on: Mapped[date]
    action: Mapped[AnswerAction] = mapped_column(code(AnswerAction))
    channel: Mapped[AnswerChannel] = mapped_column(code(AnswerChannel))
    summary: Mapped[str] = mapped_column(sa.String(MAX_SUMMARY_CHARS))
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batch.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (sa.Index("ix_email_answer_link", "user_id", "record_id", "made_on", "id"),)
