"""Tables of the outbox: emails, delivery attempts, the state of the channel, and the scheduler's heartbeat."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, code, field, sort_text
from crm.core.mail.outbox.policy import AttemptOutcome, Audience, MailState
from crm.core.words import _l, _p

# The conditions of the partial indexes must equal those of the queries: SQLite compares the text.
DUE_SQL = "state IN ('pending', 'retry')"
IN_PROGRESS_SQL = "state IN ('claimed', 'sending')"
SECRET_SQL = "secret"  # noqa: S105 - the name of a column
UNSENT_SQL = "state IN ('pending', 'retry', 'claimed', 'sending')"


def _partial(name: str, condition: str, *columns: str) -> sa.Index:
    return sa.Index(name, *columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))


class Mail(Base):
    """One email to one address, stored complete; the unique key prevents a second one.

    `numbered` are the ids of the records that the numbers of its lines stand for.
    """

    __tablename__ = "mail"
    id: Mapped[int] = mapped_column(primary_key=True)
    # Sorted by bytes, so that a prefix is a range of the unique index on both engines.
    dedupe_key: Mapped[str] = mapped_column(sort_text(200), unique=True)
    kind: Mapped[str] = field(_l("Type"), sa.String(40))
    user_id: Mapped[int | None] = field(_l("Recipient"), sa.ForeignKey("user.id"))
    team_id: Mapped[int | None] = field(_l("Team"), sa.ForeignKey("team.id"))
    record_id: Mapped[int | None] = field(_l("About"), sa.ForeignKey("record.id"))
    address: Mapped[str] = field(_p("email", "To"), sa.String(254))
    audience: Mapped[Audience] = field(_l("Recipient type"), code(Audience))
    subject: Mapped[str] = field(_l("Subject"), sa.String(300))
    mime: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    text: Mapped[str] = mapped_column(sa.Text, deferred=True)
    numbered: Mapped[dict[str, int] | None] = mapped_column(sa.JSON, deferred=True)
    message_id: Mapped[str] = mapped_column(sa.String(250), unique=True)
    date: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[MailState] = field(_l("Status"), code(MailState), default=MailState.pending)
    confidential: Mapped[bool] = mapped_column(default=False)
    secret: Mapped[bool] = mapped_column(default=False)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    worker: Mapped[str | None] = mapped_column(sa.String(80))
    next_at: Mapped[datetime] = field(_l("Next attempt"), Instant)
    was_due_at: Mapped[datetime] = field(_l("Scheduled for"), Instant)
    first_tried_at: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = field(_l("Attempts"), default=0)
    ambiguous: Mapped[int] = mapped_column(default=0)
    ever_ambiguous: Mapped[bool] = field(_l("Was unconfirmed"), default=False)
    queue_id: Mapped[str | None] = field(_l("Mail server response"), sa.String(200))
    created_at: Mapped[datetime] = field(_l("Created"), Instant)
    sent_at: Mapped[datetime | None] = field(_l("Sent"), Instant)
    why_dead: Mapped[str | None] = field(_l("Failure reason"), sa.String(500))
    __table_args__ = (
        _partial("ix_mail_due", DUE_SQL, "next_at", "id"),
        _partial("ix_mail_held", IN_PROGRESS_SQL, "lease_until", "id"),
        _partial("ix_mail_unsent", UNSENT_SQL, "was_due_at", "id"),
        _partial("ix_mail_ambiguous", "ever_ambiguous", "id"),
        _partial("ix_mail_secret", SECRET_SQL, "date", "id"),
        sa.Index("ix_mail_state_id", "state", "id"),
        sa.Index("ix_mail_user_id_id", "user_id", "id"),
        sa.Index("ix_mail_team_id_id", "team_id", "id"),
        sa.Index("ix_mail_record_id_id", "record_id", "id"),
    )


class MailAttempt(Base):
    """One delivery attempt, or one decision of a person about the email."""

    __tablename__ = "mail_attempt"
    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(sa.ForeignKey("mail.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    outcome: Mapped[AttemptOutcome] = mapped_column(code(AttemptOutcome))
    text: Mapped[str] = mapped_column(sa.String(500), default="")
    worker: Mapped[str] = mapped_column(sa.String(80), default="")
    __table_args__ = (sa.Index("ix_mail_attempt_mail_id_id", "mail_id", "id"),)


class MailChannel(Base):
    """Whether email is sent at all (id 1). Only a pause set by the mail server ends by a probe."""

    __tablename__ = "mail_channel"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    paused_at: Mapped[datetime | None] = mapped_column(Instant)
    why: Mapped[str | None] = mapped_column(sa.String(500))
    by_server: Mapped[bool] = mapped_column(default=False)
    probed_at: Mapped[datetime | None] = mapped_column(Instant)


class BouncedAddress(Base):
    """An address to which email could not be delivered for good: nothing is sent there until someone resumes it."""

    __tablename__ = "bounced_address"
    address: Mapped[str] = field(_l("Address"), sa.String(254), primary_key=True)
    why: Mapped[str] = field(_l("Reason"), sa.String(300))
    mail_id: Mapped[int] = mapped_column(sa.ForeignKey("mail.id"), index=True)
    at: Mapped[datetime] = field(_l("Since"), Instant)


class Heartbeat(Base):
    """When a process that must be running was last seen."""

    __tablename__ = "heartbeat"
    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    worker: Mapped[str] = mapped_column(sa.String(80), default="")
