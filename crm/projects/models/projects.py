"""Projects as leads, their parties and their needs."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, code, field, money, sort_text
from crm.core.data.history import Audited
from crm.core.data.record import Record
from crm.core.words import _l
from crm.projects.policy import LeadStage, NeedKind, NeedState, ProjectPhase, ProjectRole, SourceKind


class Project(Record):
    """A foreign project; a lead until a client has an opportunity in it."""

    __tablename__ = "project"
    id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    name: Mapped[str] = field(_l("Name"), sa.String(200))
    native_name: Mapped[str | None] = field(_l("Chinese name"), sa.String(200))
    country: Mapped[str | None] = field(_l("Country"), sa.String(2), widget="country")
    city: Mapped[str | None] = field(_l("City"), sa.String(80))
    city_key: Mapped[str] = mapped_column(sort_text(80), default="", index=True)
    zone: Mapped[str | None] = field(_l("Time zone"), sa.String(60), widget="zone")
    corridor: Mapped[str | None] = field(_l("Corridor"), sa.String(120))
    phase: Mapped[ProjectPhase | None] = field(_l("Phase"), code(ProjectPhase))
    value: Mapped[Decimal | None] = field(_l("Value"), money())
    currency: Mapped[str | None] = field(_l("Currency"), sa.String(3), widget="currency")
    funding: Mapped[str | None] = field(_l("Funding"), sa.String(300), hint=_l("If unknown, enter “Not known yet”."))
    description: Mapped[str | None] = field(_l("Description"), sa.Text)
    lead_stage: Mapped[LeadStage] = field(_l("Stage"), code(LeadStage), default=LeadStage.lead_heard)
    stage_since: Mapped[datetime] = mapped_column(Instant)
    bid_wall: Mapped[datetime | None] = field(_l("Bid deadline"), sa.DateTime)
    bid_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    source_kind: Mapped[SourceKind | None] = field(_l("Source type"), code(SourceKind))
    source_id: Mapped[int | None] = mapped_column(sa.ForeignKey("record.id"), index=True)
    source_note: Mapped[str | None] = field(
        _l("Source details"), sa.String(300), hint=_l("Who told you, or the web address.")
    )
    heard_on: Mapped[date | None] = field(_l("Date heard"))
    __mapper_args__ = {"polymorphic_identity": "project", "inherit_condition": id == Record.id}
    __table_args__ = (sa.Index("ix_project_lead_stage", "lead_stage", "stage_since", "id"),)


class ProjectSector(Audited, Base):
    __tablename__ = "project_sector"
    audit_root: ClassVar[str | None] = "project_id"
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), primary_key=True)
    sector_id: Mapped[int] = mapped_column(sa.ForeignKey("sector.id"), primary_key=True, index=True)


class ProjectParty(Audited, Base):
    """An organization with a role in a project, and the person we know there."""

    __tablename__ = "project_party"
    audit_root: ClassVar[str | None] = "project_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), index=True)
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[ProjectRole] = field(_l("Role"), code(ProjectRole), default=ProjectRole.prime)
    # The party above it, by organization: parties are joined when records are merged.
    under_id: Mapped[int | None] = field(
        _l("Works under"), sa.ForeignKey("organization.id"), index=True, widget="organization"
    )


class LeadChange(Base):
    """A move of a lead to another stage; `skipped` lists the tests it left unmet."""

    __tablename__ = "lead_change"
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    old: Mapped[LeadStage | None] = mapped_column(code(LeadStage))
    new: Mapped[LeadStage] = mapped_column(code(LeadStage))
    why: Mapped[str | None] = mapped_column(sa.String(300))
    skipped: Mapped[list[str]] = mapped_column(sa.JSON, default=list)


class Need(Record):
    """What a project or a prime is looking for."""

    __tablename__ = "need"
    id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    type: Mapped[NeedKind] = field(_l("Type"), code(NeedKind), default=NeedKind.product)
    title: Mapped[str] = field(_l("Need"), sa.String(200))
    native_title: Mapped[str | None] = field(_l("Chinese name"), sa.String(200))
    spec: Mapped[str | None] = field(_l("Specification"), sa.String(2000), widget="area")
    quantity_number: Mapped[Decimal | None] = field(_l("Quantity"), sa.Numeric(14, 2))
    quantity_unit: Mapped[str | None] = field(_l("Unit"), sa.String(40), hint=_l("For example, sets or t/year."))
    quantity: Mapped[str | None] = field(
        _l("Quantity details"), sa.String(80), hint=_l("If the quantity isn't a number.")
    )
    hs6: Mapped[str | None] = field(_l("HS code"), sa.String(6), index=True)
    certificates: Mapped[str | None] = field(
        _l("Certificates"), sa.String(300), hint=_l("Required ones, separated by commas.")
    )
    needed_by: Mapped[date | None] = field(_l("Needed by"))
    state: Mapped[NeedState] = field(_l("Status"), code(NeedState), default=NeedState.open)
    __mapper_args__ = {"polymorphic_identity": "need"}
