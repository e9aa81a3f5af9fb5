"""Products of clients."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, code, field
from crm.core.data.history import Audited
from crm.core.data.record import Record
from crm.core.words import _l

from .policy import ClassificationSource, Jurisdiction, ProductKind


class Product(Record):
    """A technology, product, material or service of a client, with its export classification."""

    __tablename__ = "product"
    id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    client_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    offer: Mapped[ProductKind] = field(_l("Type"), code(ProductKind), default=ProductKind.product)
    name: Mapped[str] = field(_l("Name"), sa.String(160))
    native_name: Mapped[str | None] = field(_l("Chinese name"), sa.String(160))
    description: Mapped[str | None] = field(_l("Description"), sa.String(2000), widget="area")
    hs6: Mapped[str | None] = field(_l("HS code"), sa.String(6), index=True, hint=_l("Six digits."))
    naics: Mapped[str | None] = field(_l("NAICS"), sa.String(6))
    certificates: Mapped[str | None] = field(_l("Certificates"), sa.String(300), hint=_l("Separated by commas."))
    capacity_number: Mapped[Decimal | None] = field(_l("Capacity (number)"), sa.Numeric(14, 2))
    capacity_unit: Mapped[str | None] = field(
        _l("Capacity unit"), sa.String(40), hint=_l("For example, sets a month or t/year.")
    )
    capacity: Mapped[str | None] = field(_l("Capacity"), sa.String(200))
    jurisdiction: Mapped[Jurisdiction] = field(_l("Jurisdiction"), code(Jurisdiction), default=Jurisdiction.unknown)
    eccn: Mapped[str | None] = field(_l("ECCN"), sa.String(20), hint=_l("For example, 3A001 or EAR99."))
    usml_category: Mapped[str | None] = field(_l("USML category"), sa.String(10))
    said_by: Mapped[ClassificationSource | None] = field(_l("Classified by"), code(ClassificationSource))
    said_on: Mapped[date | None] = field(_l("Classification date"))
    ip_note: Mapped[str | None] = field(_l("IP note"), sa.String(500), widget="area")
    __mapper_args__ = {"polymorphic_identity": "product"}


class RepresentationProduct(Audited, Base):
    """A product that a China rep represents; without any, all products of the client."""

    __tablename__ = "representation_product"
    audit_root: ClassVar[str | None] = "representation_id"
    representation_id: Mapped[int] = mapped_column(sa.ForeignKey("representation.id"), primary_key=True)
    product_id: Mapped[int] = field(
        _l("Product"), sa.ForeignKey("product.id"), primary_key=True, index=True, widget="record"
    )
