"""What any record can have: contact points, attachments, tags, stars, recent visits, evidence."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, code, field, new_uid
from crm.core.data.history import Audited, UndoMode
from crm.core.words import _l

from .policy import MAX_TAG_CHARS, ContactMedium, EvidenceState, PointLabel


class ContactPoint(Audited, Base):
    """An email address, phone number or WeChat name: `raw` as typed, `value` normalized (E.164, lower case) or ""."""

    __tablename__ = "contact_point"
    audit_root: ClassVar[str | None] = "record_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), index=True)
    medium: Mapped[ContactMedium] = field(_l("Type"), code(ContactMedium))
    label: Mapped[PointLabel] = field(_l("Label"), code(PointLabel), default=PointLabel.work)
    raw: Mapped[str] = field(_l("Address or number"), sa.String(254))
    value: Mapped[str] = mapped_column(sa.String(254), default="")
    extension: Mapped[str] = field(_l("Extension"), sa.String(20), default="")
    position: Mapped[int] = mapped_column(default=0)
    __table_args__ = (sa.Index("ix_contact_point_value", "medium", "value"),)


class OtherName(Audited, Base):
    """Another name by which a record is found, such as that of a record that was merged into it.

    Organizations have aliases instead.
    """

    __tablename__ = "other_name"
    audit_root: ClassVar[str | None] = "record_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), index=True)
    name: Mapped[str] = field(_l("Name"), sa.String(200))


class Attachment(Audited, Base):
    """A file of a record, stored under a random name outside the static folder."""

    __tablename__ = "attachment"
    audit_root: ClassVar[str | None] = "record_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), index=True)
    name: Mapped[str] = field(_l("Name"), sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    stored_as: Mapped[str] = mapped_column(sa.String(80))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class Tag(Audited, Base):
    """A free tag for records; `key` is its folded form."""

    __tablename__ = "tag"
    undo_mode: ClassVar[UndoMode | None] = UndoMode.ignore
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = field(_l("Tag"), sa.String(MAX_TAG_CHARS))
    key: Mapped[str] = mapped_column(sa.String(60), unique=True)


class RecordTag(Audited, Base):
    __tablename__ = "record_tag"
    audit_root: ClassVar[str | None] = "record_id"
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(sa.ForeignKey("tag.id"), primary_key=True, index=True)


class Star(Base):
    """A record that a user has starred."""

    __tablename__ = "star"
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(Instant)


class Recent(Base):
    """When a user last opened a record; written after the transaction of the request."""

    __tablename__ = "recent"
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (sa.Index("ix_recent_user_at", "user_id", "at"),)


class Evidence(Audited, Base):
    """An exit test marked as complete by a user: source, date, result. `test` is the code of the test."""

    __tablename__ = "evidence"
    audit_root: ClassVar[str | None] = "record_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"))
    test: Mapped[str] = mapped_column(sa.String(40))
    state: Mapped[EvidenceState] = field(_l("Status"), code(EvidenceState), default=EvidenceState.met)
    on: Mapped[date] = field(_l("Date"))
    where: Mapped[str] = field(
        _l("Source"), sa.String(200), default="", hint=_l("The list, document or person that confirms this.")
    )
    result: Mapped[str] = field(_l("Result"), sa.String(500), default="")
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (sa.UniqueConstraint("record_id", "test"),)


class EmailOptOut(Base):
    """An address whose owner asked for no more email; the row stays when it ends. Without `by_id` they did it by link.

    Addresses are in lower case.
    """

    __tablename__ = "email_opt_out"
    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(sa.String(254))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    __table_args__ = (
        sa.Index(
            "ix_email_opt_out_active",
            "address",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )
