"""Tender packages of projects, the needs in them, and registrations of clients as suppliers of a prime contractor."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, Instant, code, field
from crm.core.data.history import Audited
from crm.core.words import _l
from crm.organizations.policy import RegistrationState
from crm.projects.structure_policy import PackageState


class TenderPackage(Audited, Base):
    """A part of a project that is tendered by itself. `bid_wall` is the deadline in `zone`, `bid_at` the moment."""

    __tablename__ = "tender_package"
    audit_root: ClassVar[str | None] = "project_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), index=True)
    name: Mapped[str] = field(_l("Name"), sa.String(200))
    native_name: Mapped[str | None] = field(_l("Chinese name"), sa.String(200))
    organization_id: Mapped[int | None] = field(
        _l("Responsible party"), sa.ForeignKey("organization.id"), index=True, widget="organization"
    )
    state: Mapped[PackageState] = field(_l("Status"), code(PackageState), default=PackageState.planned)
    bid_wall: Mapped[datetime | None] = mapped_column(sa.DateTime)
    zone: Mapped[str | None] = mapped_column(sa.String(60))
    bid_at: Mapped[datetime | None] = field(_l("Bid deadline"), Instant, index=True)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class PackageNeed(Audited, Base):
    """The tender package that a need belongs to."""

    __tablename__ = "package_need"
    audit_root: ClassVar[str | None] = "need_id"
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("need.id"), primary_key=True, autoincrement=False)
    package_id: Mapped[int] = field(
        _l("Tender package"), sa.ForeignKey("tender_package.id"), index=True, widget="tender_package"
    )


class SupplierRegistration(Audited, Base):
    """A client's registration as a supplier of a prime contractor; part of the client's data."""

    __tablename__ = "supplier_registration"
    audit_root: ClassVar[str | None] = "client_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    prime_id: Mapped[int] = field(
        _l("Prime contractor"), sa.ForeignKey("organization.id"), index=True, widget="organization"
    )
    state: Mapped[RegistrationState] = field(
        _l("Status"), code(RegistrationState), default=RegistrationState.not_registered
    )
    portal_url: Mapped[str | None] = field(_l("Supplier portal"), sa.String(300), widget="url")
    registered_on: Mapped[date | None] = field(_l("Registered on"))
    expires_on: Mapped[date | None] = field(_l("Expires on"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
