"""Makes rows of products and China reps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from crm.people.models import Representation
from crm.people.policy import Exclusivity, RepresentationBasis, RepresentationKind, RepresentationStatus
from crm.products.models import Product, RepresentationProduct
from crm.products.policy import ClassificationSource, Jurisdiction, ProductKind

from .specs import OrganizationRef, PersonRef, ProductRef
from .writer import RecordWriter, name_columns, tokens


@dataclass(frozen=True, kw_only=True)
class ProductSpec:
    """The values of a product; `capacity` is number, unit and text."""

    name: str
    sector: str
    made_at: datetime
    by: str
    native: str | None = None
    description: str | None = None
    kind: ProductKind = ProductKind.product
    hs6: str | None = None
    certificates: str | None = None
    capacity: tuple[int | None, str | None, str | None] = (None, None, None)
    jurisdiction: Jurisdiction = Jurisdiction.unknown
    eccn: str | None = None
    usml: str | None = None
    said_by: ClassificationSource | None = None
    said_on: date | None = None
    ip_note: str | None = None


def add_product(writer: RecordWriter, client: OrganizationRef, spec: ProductSpec) -> ProductRef:
    words = [tokens(client.label, client.native, spec.hs6)]
    number, unit, details = spec.capacity
    product_id = writer.inserter.record(
        Product,
        **writer.stamp(spec.by, spec.made_at),
        **name_columns(spec.name, spec.native, words),
        team_id=client.team_id,
        counselor_id=client.counselor_id,
        confidential=client.confidential,
        client_id=client.id,
        offer=spec.kind,
        name=spec.name,
        native_name=spec.native,
        description=spec.description,
        hs6=spec.hs6,
        certificates=spec.certificates,
        capacity_number=number,
        capacity_unit=unit,
        capacity=details,
        jurisdiction=spec.jurisdiction,
        eccn=spec.eccn,
        usml_category=spec.usml,
        said_by=spec.said_by,
        said_on=spec.said_on,
        ip_note=spec.ip_note,
    )
    writer.add_history(product_id, "product", spec.by, spec.made_at)
    cleared = bool(spec.said_by and spec.eccn) and spec.jurisdiction is Jurisdiction.ear
    product_ref = ProductRef(product_id, spec.name, spec.native or "", spec.sector, cleared)
    client.products.append(product_ref)
    return product_ref


@dataclass(frozen=True, kw_only=True)
class RepresentationSpec:
    """The values of a China rep."""

    made_at: datetime
    by: str
    person: PersonRef | None = None
    organization: OrganizationRef | None = None
    kind: RepresentationKind = RepresentationKind.agent
    territory: str | None = None
    exclusive: Exclusivity = Exclusivity.unknown
    from_on: date | None = None
    to_on: date | None = None
    status: RepresentationStatus = RepresentationStatus.active
    may_quote: bool = False
    mark_owner: str | None = None
    products: tuple[ProductRef, ...] = ()


def add_representation(writer: RecordWriter, client: OrganizationRef, spec: RepresentationSpec) -> int:
    parties = [one for one in (spec.person, spec.organization) if one is not None]
    label = " / ".join(one.label for one in parties)
    native = " / ".join(one.native for one in parties if one.native)
    rep_id = writer.inserter.record(
        Representation,
        **writer.stamp(spec.by, spec.made_at),
        **name_columns(f"{label} for {client.label}", native, [tokens(client.label)]),
        team_id=client.team_id,
        counselor_id=client.counselor_id or writer.users[spec.by],
        client_id=client.id,
        person_id=spec.person.id if spec.person else None,
        organization_id=spec.organization.id if spec.organization else None,
        rep_kind=spec.kind,
        territory=spec.territory,
        exclusive=spec.exclusive,
        basis=RepresentationBasis.agreement if spec.from_on else RepresentationBasis.verbal,
        from_on=spec.from_on,
        to_on=spec.to_on,
        status=spec.status,
        may_quote=spec.may_quote,
        mark_owner=spec.mark_owner,
    )
    for product in spec.products:
        writer.inserter.add(RepresentationProduct, representation_id=rep_id, product_id=product.id)
    writer.add_history(rep_id, "representation", spec.by, spec.made_at)
    return rep_id
