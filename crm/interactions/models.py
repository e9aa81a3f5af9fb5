"""Tables of interactions: parties, staff, clients, minutes, items sent and links."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, code, field
from crm.core.data.history import Audited
from crm.core.data.record import Record
from crm.core.data.visibility_keys import ARCHIVED, VisibilityKeyed
from crm.core.words import _l

from .policy import (
    InteractionOutcome,
    InteractionRole,
    InteractionState,
    InteractionType,
    PartySide,
    SentKind,
    SessionType,
    StaffRole,
    date_or_moment,
)


class Interaction(VisibilityKeyed, Record):
    """One interaction. `at` is the moment, `wall` the local time in `zone`, `minutes` its length.

    Of one whose time isn't known only the date is shown; `wall` and `at` then have a time to sort by.
    """

    __tablename__ = "interaction"
    id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    state: Mapped[InteractionState] = field(_l("Status"), code(InteractionState), default=InteractionState.held)
    type: Mapped[InteractionType] = field(_l("Type"), code(InteractionType), default=InteractionType.meeting)
    reached: Mapped[InteractionOutcome | None] = field(_l("Reached?"), code(InteractionOutcome))
    at: Mapped[datetime] = mapped_column(Instant)
    wall: Mapped[datetime] = mapped_column(sa.DateTime)
    time_known: Mapped[bool] = field(_l("Time known"), default=True, server_default=sa.true())
    zone: Mapped[str] = field(_l("Time zone"), sa.String(60), widget="zone")
    minutes: Mapped[int | None] = field(_l("Minutes"))
    place: Mapped[str | None] = field(_l("Place"), sa.String(200))
    subject: Mapped[str] = field(_l("Subject"), sa.String(200))
    notes: Mapped[str | None] = field(_l("Notes"), sa.Text, hint=_l("In the language of the conversation."))
    english_line: Mapped[str | None] = field(_l("English summary for the funder"), sa.String(1000), widget="area")
    rescheduled_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("interaction.id"), index=True)
    is_inquiry: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    # Derived from team, confidentiality and archive, so that reports read an index only.
    visibility_key: Mapped[int] = mapped_column(server_default=sa.text(str(ARCHIVED)))
    __mapper_args__ = {"polymorphic_identity": "interaction"}
    __table_args__ = (
        sa.Index("ix_interaction_at", "at", "id"),
        sa.Index("ix_interaction_state_at", "state", "at", "wall", "type", "id", "visibility_key"),
        sa.Index("ix_interaction_visible", "visibility_key", "id", "state", "at", "type"),
        sa.Index("ix_interaction_inquiry", "is_inquiry", "at"),
    )

    @property
    def shown_at(self) -> date:
        """The moment; only the date if the time isn't known."""
        return date_or_moment(self.at, self.wall, time_known=self.time_known)


class InteractionParty(Audited, Base):
    """An external participant with the organization on that day; without a person a label and a count."""

    __tablename__ = "interaction_party"
    audit_root: ClassVar[str | None] = "interaction_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    interaction_id: Mapped[int] = mapped_column(sa.ForeignKey("interaction.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    side: Mapped[PartySide] = field(_l("Side"), code(PartySide), default=PartySide.host)
    role: Mapped[InteractionRole] = field(_l("Role"), code(InteractionRole), default=InteractionRole.attended)
    label: Mapped[str | None] = field(_l("Description"), sa.String(120))
    count: Mapped[int] = field(_l("Number of people"), default=1)
    __table_args__ = (sa.Index("ix_interaction_party_interaction_id", "interaction_id", "person_id", "role"),)


class InteractionStaff(Audited, Base):
    """A user who took part."""

    __tablename__ = "interaction_staff"
    audit_root: ClassVar[str | None] = "interaction_id"
    interaction_id: Mapped[int] = mapped_column(sa.ForeignKey("interaction.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    role: Mapped[StaffRole] = field(_l("Role"), code(StaffRole), default=StaffRole.attended)
    __table_args__ = (sa.Index("ix_interaction_staff_user_id", "user_id", "interaction_id"),)


class InteractionClient(Audited, Base):
    """A client the interaction was for, with funder and session type."""

    __tablename__ = "interaction_client"
    audit_root: ClassVar[str | None] = "interaction_id"
    interaction_id: Mapped[int] = mapped_column(sa.ForeignKey("interaction.id"), primary_key=True)
    client_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), primary_key=True, index=True)
    funder_id: Mapped[int | None] = field(_l("Funder"), sa.ForeignKey("funder.id"), index=True)
    session_type: Mapped[SessionType | None] = field(_l("Session type"), code(SessionType))
    countable: Mapped[bool] = field(
        _l("Reportable"), default=True, hint=_l("The session was substantive and specific to this client.")
    )


class InteractionTime(Audited, Base):
    """Minutes of one user for one client."""

    __tablename__ = "interaction_time"
    audit_root: ClassVar[str | None] = "interaction_id"
    interaction_id: Mapped[int] = mapped_column(sa.ForeignKey("interaction.id"), primary_key=True)
    client_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), primary_key=True, index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True, index=True)
    contact: Mapped[int] = field(_l("Contact minutes"), default=0)
    prep: Mapped[int] = field(_l("Preparation minutes"), default=0)
    travel: Mapped[int] = field(_l("Travel minutes"), default=0)


class InteractionSent(Audited, Base):
    """An item handed over or sent: a sample, a drawing, a file."""

    __tablename__ = "interaction_sent"
    audit_root: ClassVar[str | None] = "interaction_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    interaction_id: Mapped[int] = mapped_column(sa.ForeignKey("interaction.id"), index=True)
    kind: Mapped[SentKind] = field(_l("Type"), code(SentKind), default=SentKind.file)
    description: Mapped[str] = field(_l("Items sent"), sa.String(200))


class InteractionLink(Base):
    """Link to a record whose timeline shows the interaction: stated, or derived from parties and clients.

    Written by `dates.refresh_links`; `at` repeats the interaction's moment, because timelines sort by it.
    """

    __tablename__ = "interaction_link"
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    interaction_id: Mapped[int] = mapped_column(sa.ForeignKey("interaction.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    stated: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (sa.Index("ix_interaction_link_timeline", "record_id", "at", "interaction_id"),)


class IndexBacklog(Base):
    """An interaction with outdated search words: the job finds the new ones and deletes the row."""

    __tablename__ = "index_backlog"
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("interaction.id"), primary_key=True, autoincrement=False)
