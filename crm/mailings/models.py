"""Email templates, and the emails written to people with their recipients."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, code, field, new_uid
from crm.core.data.history import Audited, UndoMode
from crm.core.words import _l, _p

from .policy import SUBJECT_CHARS, ExclusionReason, MailingState, RecipientState


class EmailTemplate(Audited, Base):
    """A text to write with; private to its author without a team."""

    __tablename__ = "email_template"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    name: Mapped[str] = field(_l("Name"), sa.String(80))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    team_id: Mapped[int | None] = field(_l("Team"), sa.ForeignKey("team.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    archived_at: Mapped[datetime | None] = field(_l("Archived"), Instant)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class EmailTemplateText(Audited, Base):
    """The text of a template in one language."""

    __tablename__ = "email_template_text"
    template_id: Mapped[int] = mapped_column(sa.ForeignKey("email_template.id"), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    subject: Mapped[str] = field(_l("Subject"), sa.String(SUBJECT_CHARS))
    body: Mapped[str] = field(_l("Text"), sa.Text)


class Mailing(Base):
    """An email that a user wrote to one person, or to a selection (`is_bulk`), with a copy of its texts.

    `on_workday`: each recipient gets it at 9 AM of their next working day.
    """

    __tablename__ = "mailing"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    user_id: Mapped[int] = field(_l("Sender"), sa.ForeignKey("user.id"))
    team_id: Mapped[int] = field(_l("Team"), sa.ForeignKey("team.id"), index=True)
    template_id: Mapped[int | None] = mapped_column(sa.ForeignKey("email_template.id"), index=True)
    title: Mapped[str] = field(_p("message", "Email"), sa.String(SUBJECT_CHARS))
    is_bulk: Mapped[bool] = field(_l("To several people"), default=False)
    on_workday: Mapped[bool] = field(_l("On the recipients' next working day"), default=False)
    state: Mapped[MailingState] = field(_l("Status"), code(MailingState), default=MailingState.sending)
    created_at: Mapped[datetime] = field(_l("Date"), Instant)
    __table_args__ = (
        sa.Index("ix_mailing_state_id", "state", "id"),
        sa.Index("ix_mailing_user_id_created_at", "user_id", "created_at"),
    )


class MailingText(Base):
    """The text of a mailing in one language, as it was when it was sent; fields aren't filled in."""

    __tablename__ = "mailing_text"
    mailing_id: Mapped[int] = mapped_column(sa.ForeignKey("mailing.id"), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    subject: Mapped[str] = mapped_column(sa.String(SUBJECT_CHARS))
    body: Mapped[str] = mapped_column(sa.Text)


class MailingRecipient(Audited, Base):
    """A person of a mailing: the email and, once the mail server accepted it, the interaction; or why neither.

    `detail` names the blank field.
    """

    __tablename__ = "mailing_recipient"
    audit_root: ClassVar[str | None] = "person_id"
    audit_silent: ClassVar[frozenset[str]] = frozenset({"state", "reason", "detail", "mail_id", "interaction_id"})
    undo_mode: ClassVar[UndoMode | None] = UndoMode.refuse
    id: Mapped[int] = mapped_column(primary_key=True)
    mailing_id: Mapped[int] = mapped_column(sa.ForeignKey("mailing.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    address: Mapped[str] = field(_p("email", "To"), sa.String(254), default="")
    language: Mapped[str] = field(_l("Language"), sa.String(10), default="", widget="language")
    state: Mapped[RecipientState] = mapped_column(code(RecipientState), default=RecipientState.waiting)
    reason: Mapped[ExclusionReason | None] = mapped_column(code(ExclusionReason))
    detail: Mapped[str] = mapped_column(sa.String(60), default="")
    mail_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mail.id"), index=True)
    interaction_id: Mapped[int | None] = mapped_column(sa.ForeignKey("interaction.id"), index=True)
    __table_args__ = (
        sa.Index("ix_mailing_recipient_mailing_id_id", "mailing_id", "id"),
        sa.Index("ix_mailing_recipient_state_id", "state", "id"),
    )
