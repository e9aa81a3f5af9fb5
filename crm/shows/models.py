"""Shows, participants, and meetings."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, code, field, money, new_uid, sort_text
from crm.core.data.history import Audited, UndoMode
from crm.core.data.locks import lock_row
from crm.core.data.record import Record
from crm.core.words import _l

from .policy import Attendance, MeetingState, ParticipantRole, ShowKind

SHANGHAI = "Asia/Shanghai"
"""The time zone of a show without another one."""


class Show(Record):
    """A trade show, summit, mission, matchmaking, webinar or workshop."""

    __tablename__ = "show"
    id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    name: Mapped[str] = field(_l("Name"), sa.String(200))
    native_name: Mapped[str | None] = field(_l("Chinese name"), sa.String(200))
    type: Mapped[ShowKind] = field(_l("Type"), code(ShowKind), default=ShowKind.trade_show)
    country: Mapped[str | None] = field(_l("Country"), sa.String(2), widget="country")
    city: Mapped[str | None] = field(_l("City"), sa.String(80))
    city_key: Mapped[str] = mapped_column(sort_text(80), default="", index=True)
    venue: Mapped[str | None] = field(_l("Venue"), sa.String(200))
    halls: Mapped[str | None] = field(_l("Halls"), sa.String(120))
    zone: Mapped[str] = field(_l("Time zone"), sa.String(60), default=SHANGHAI, widget="zone")
    starts_on: Mapped[date] = field(_l("First day"))
    ends_on: Mapped[date] = field(_l("Last day"))
    organizer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    cost: Mapped[Decimal | None] = field(_l("Cost"), money())
    currency: Mapped[str | None] = field(_l("Currency"), sa.String(3), widget="currency")
    staff_days: Mapped[int | None] = field(_l("Staff days"))
    funder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("funder.id"), index=True)
    note: Mapped[str | None] = field(_l("Note"), sa.Text)
    __mapper_args__ = {"polymorphic_identity": "show"}
    __table_args__ = (sa.Index("ix_show_starts_on", "starts_on", "id"),)


class ShowParticipant(Audited, Base):
    """A participant of a show: a client, a person or a staff member."""

    __tablename__ = "show_going"
    audit_root: ClassVar[str | None] = "show_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    show_id: Mapped[int] = mapped_column(sa.ForeignKey("show.id"), index=True)
    record_id: Mapped[int | None] = mapped_column(sa.ForeignKey("record.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    going_as: Mapped[ParticipantRole] = field(
        _l("Attending as"), code(ParticipantRole), default=ParticipantRole.visitor
    )
    booth: Mapped[str | None] = field(_l("Booth"), sa.String(40))
    attendance: Mapped[Attendance] = field(_l("Status"), code(Attendance), default=Attendance.registered)


def lock_show(show_id: int) -> None:
    """Wait for others who change the participants of a show, until they commit: each may be on the list only once."""
    lock_row(Show, show_id)


class ShowMeeting(Audited, Base):
    """A meeting at a show: local time, place, both sides, and the interaction it became. Visible to its team."""

    __tablename__ = "show_meeting"
    audit_root: ClassVar[str | None] = "show_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uid)
    show_id: Mapped[int] = mapped_column(sa.ForeignKey("show.id"))
    team_id: Mapped[int] = mapped_column(sa.ForeignKey("team.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    wall: Mapped[datetime] = mapped_column(sa.DateTime)
    zone: Mapped[str] = mapped_column(sa.String(60))
    minutes: Mapped[int] = field(_l("Minutes"), default=30)
    table: Mapped[str | None] = field(_l("Table or booth"), sa.String(40))
    state: Mapped[MeetingState] = field(_l("Status"), code(MeetingState), default=MeetingState.agreed)
    client_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    host_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    interpreter: Mapped[str | None] = field(_l("Interpreter"), sa.String(120))
    note: Mapped[str | None] = field(_l("Note"), sa.String(1000), widget="area")
    interaction_id: Mapped[int | None] = mapped_column(sa.ForeignKey("interaction.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.Index("ix_show_meeting_agenda", "show_id", "at"),
        sa.Index("ix_show_meeting_at", "at", "id"),
    )


class MeetingPerson(Audited, Base):
    """A person of either side at a meeting."""

    __tablename__ = "meeting_person"
    undo_mode: ClassVar[UndoMode | None] = UndoMode.restore
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("show_meeting.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)


class MeetingEmployer(Audited, Base):
    """Where a person at a meeting worked when the meeting was saved; the meeting is as confidential as it is."""

    __tablename__ = "meeting_employer"
    undo_mode: ClassVar[UndoMode | None] = UndoMode.restore
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("show_meeting.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), primary_key=True, index=True)


class MeetingStaff(Audited, Base):
    __tablename__ = "meeting_staff"
    undo_mode: ClassVar[UndoMode | None] = UndoMode.restore
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("show_meeting.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True, index=True)
