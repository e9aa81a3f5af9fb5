"""What a user was notified of."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant

# The condition of the partial index must equal that of the query: SQLite compares the text.
UNREAD_SQL = "read_at IS NULL AND dismissed_at IS NULL"


class Notification(Base):
    """One line behind the bell: an email (`mail_id`), or something that `by_id` did; `key` makes it unique.

    It opens `path`, without one the record, without that the email. Records that were assigned together are one line,
    with the batch of the change.
    """

    __tablename__ = "notification"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    key: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[str] = mapped_column(sa.String(40))
    record_id: Mapped[int | None] = mapped_column(sa.ForeignKey("record.id"), index=True)
    mail_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mail.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batch.id"), index=True)
    path: Mapped[str] = mapped_column(sa.String(300), default="")
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    read_at: Mapped[datetime | None] = mapped_column(Instant)
    dismissed_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (
        sa.UniqueConstraint("user_id", "key"),
        sa.Index("ix_notification_user_id_id", "user_id", "id"),
        sa.Index(
            "ix_notification_unread",
            "user_id",
            "id",
            sqlite_where=sa.text(UNREAD_SQL),
            postgresql_where=sa.text(UNREAD_SQL),
        ),
    )
