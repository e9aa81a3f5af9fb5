"""Organizations with their roles, names, and details as client, prime or post."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, code, field, money, sort_text, sparse
from crm.core.data.history import Audited
from crm.core.data.record import Record
from crm.core.words import _l

from .policy import (
    AliasKind,
    BusinessStage,
    ClientStatus,
    FactKind,
    LegalForm,
    OrganizationRole,
    PostKind,
    PostRoleKind,
    RegistrationState,
    YesNoUnknown,
)


class Organization(Record):
    """A company, agency, post or association; `organization_role` lists its roles."""

    __tablename__ = "organization"
    id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    name: Mapped[str] = field(_l("Name"), sa.String(200))
    native_name: Mapped[str | None] = field(_l("Native name"), sa.String(200), in_lists=True)
    country: Mapped[str | None] = field(_l("Country"), sa.String(2), widget="country")
    region: Mapped[str | None] = field(_l("State or province"), sa.String(80), in_lists=True)
    city: Mapped[str | None] = field(_l("City"), sa.String(80))
    city_key: Mapped[str] = mapped_column(sort_text(80), default="")
    zone: Mapped[str | None] = field(_l("Time zone"), sa.String(60), widget="zone")
    address: Mapped[str | None] = field(_l("Address"), sa.String(400), widget="area", in_lists=True)
    native_address: Mapped[str | None] = field(_l("Native address"), sa.String(400), widget="area", in_lists=True)
    postal_code: Mapped[str | None] = field(_l("ZIP or postal code"), sa.String(20), in_lists=True)
    website: Mapped[str | None] = field(_l("Website"), sa.String(300), widget="url", in_lists=True)
    uscc: Mapped[str | None] = field(
        _l("USCC"), sa.String(18), hint=_l("Unified social credit code, 18 characters."), in_lists=True
    )
    parent_id: Mapped[int | None] = field(
        _l("Parent organization"), sa.ForeignKey("organization.id"), widget="organization"
    )
    parent_share: Mapped[Decimal | None] = field(_l("Parent ownership (%)"), sa.Numeric(5, 2), widget="percent")
    read_first: Mapped[str | None] = field(_l("Important note"), sa.String(500), widget="area")
    __mapper_args__ = {"polymorphic_identity": "organization"}
    __table_args__ = (
        sa.Index("ix_organization_city", "city_key", "id"),
        sa.Index("ix_organization_country", "country", "id"),
        sparse("ix_organization_parent_id", "parent_id"),
        sparse("ix_organization_uscc", "uscc"),
    )


class OrganizationRoleLink(Audited, Base):
    __tablename__ = "organization_role"
    audit_root: ClassVar[str | None] = "organization_id"
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), primary_key=True)
    role: Mapped[OrganizationRole] = mapped_column(code(OrganizationRole), primary_key=True)
    __table_args__ = (sa.Index("ix_organization_role_role", "role", "organization_id"),)


class Alias(Audited, Base):
    """Another name: legal, trade, former, pinyin, acronym or English."""

    __tablename__ = "alias"
    audit_root: ClassVar[str | None] = "organization_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    kind: Mapped[AliasKind] = field(_l("Type"), code(AliasKind), default=AliasKind.trading)
    name: Mapped[str] = field(_l("Name"), sa.String(200))


class OrganizationSector(Audited, Base):
    __tablename__ = "organization_sector"
    audit_root: ClassVar[str | None] = "organization_id"
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), primary_key=True)
    sector_id: Mapped[int] = mapped_column(sa.ForeignKey("sector.id"), primary_key=True, index=True)


class Client(Audited, Base):
    """Details of an organization as a client."""

    __tablename__ = "client"
    audit_root: ClassVar[str | None] = "organization_id"
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), primary_key=True)
    status: Mapped[ClientStatus] = field(_l("Status"), code(ClientStatus), default=ClientStatus.pre_client)
    business_stage: Mapped[BusinessStage | None] = field(_l("Business stage"), code(BusinessStage))
    legal_form: Mapped[LegalForm | None] = field(_l("Legal form"), code(LegalForm))
    founded_on: Mapped[date | None] = field(_l("Founded"))
    county: Mapped[str | None] = field(_l("County"), sa.String(80))
    naics: Mapped[str | None] = field(_l("NAICS"), sa.String(6), hint=_l("Six digits."))
    step_eligible: Mapped[YesNoUnknown] = field(_l("STEP eligible"), code(YesNoUnknown), default=YesNoUnknown.unknown)
    wish: Mapped[str | None] = field(
        _l("Client request"), sa.String(500), widget="area", hint=_l("What the client asked for, in their own words.")
    )
    china_goals: Mapped[str | None] = field(_l("Goals in China"), sa.String(1000), widget="area")


class ClientAgreement(Audited, Base):
    """A service agreement; sessions outside of one can't be counted."""

    __tablename__ = "client_agreement"
    audit_root: ClassVar[str | None] = "organization_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    from_on: Mapped[date] = field(_l("Start date"))
    to_on: Mapped[date | None] = field(_l("End date"), index=True)
    on_file: Mapped[bool] = field(_l("On file"), default=True)


class DatedFact(Audited, Base):
    """A figure with its date and source: the newest is current, older ones are kept."""

    __tablename__ = "dated_fact"
    audit_root: ClassVar[str | None] = "organization_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"))
    kind: Mapped[FactKind] = field(_l("Figure"), code(FactKind))
    number: Mapped[Decimal | None] = field(_l("Value"), money(16))
    text: Mapped[str | None] = field(_l("Description"), sa.String(300))
    currency: Mapped[str | None] = field(_l("Currency"), sa.String(3), widget="currency")
    as_of: Mapped[date] = field(_l("As of"))
    source: Mapped[str] = field(_l("Source"), sa.String(200))
    __table_args__ = (sa.Index("ix_dated_fact_newest", "organization_id", "kind", "as_of"),)


class Ownership(Audited, Base):
    """An owner and the share owned; only users with the right `organization:money` see it."""

    __tablename__ = "ownership"
    audit_root: ClassVar[str | None] = "organization_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    owner_name: Mapped[str | None] = field(_l("Owner"), sa.String(200))
    share: Mapped[Decimal | None] = field(_l("Ownership (%)"), sa.Numeric(5, 2), widget="percent")
    as_of: Mapped[date | None] = field(_l("As of"))
    source: Mapped[str | None] = field(_l("Source"), sa.String(200))


class Prime(Audited, Base):
    """Details of an organization as a prime contractor."""

    __tablename__ = "prime"
    audit_root: ClassVar[str | None] = "organization_id"
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), primary_key=True)
    portal_url: Mapped[str | None] = field(_l("Supplier portal"), sa.String(300), widget="url")
    registration: Mapped[RegistrationState] = field(
        _l("Supplier registration"), code(RegistrationState), default=RegistrationState.not_registered
    )
    takes_small: Mapped[YesNoUnknown] = field(
        _l("Accepts small subcontractors"), code(YesNoUnknown), default=YesNoUnknown.unknown
    )
    present_in: Mapped[str | None] = field(_l("Operates in"), sa.String(500), hint=_l("Countries and cities."))


class Post(Audited, Base):
    """Details of an organization as an embassy, consulate, institute or commercial office."""

    __tablename__ = "post"
    audit_root: ClassVar[str | None] = "organization_id"
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), primary_key=True)
    kind: Mapped[PostKind] = field(_l("Post type"), code(PostKind), default=PostKind.consulate_general)
    code: Mapped[str | None] = field(_l("U.S. post code"), sa.String(40), index=True)
    district: Mapped[str | None] = field(_l("Consular district"), sa.String(400))
    opened_on: Mapped[date | None] = field(_l("Opened"))
    closed_on: Mapped[date | None] = field(_l("Closed"))
    source: Mapped[str | None] = field(_l("Source"), sa.String(120))


class PostRole(Audited, Base):
    """A role at a post, independent of the people who hold it."""

    __tablename__ = "post_role"
    audit_root: ClassVar[str | None] = "organization_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    title: Mapped[str] = field(_l("Role"), sa.String(120))
    kind: Mapped[PostRoleKind] = field(_l("Staffing"), code(PostRoleKind), default=PostRoleKind.rotating)
