"""Change products."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core.data.base import db, new_uid
from crm.core.data.reassign import HANGING
from crm.core.data.record import FOLLOWERS, Record, get_referenced, name_record, touch
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.core.words import _
from crm.organizations.models import Organization
from crm.organizations.policy import NAICS
from crm.people.models import Representation
from crm.records.services import belong_to, declare_links, may_name

from .models import Product, RepresentationProduct
from .policy import HS6, eccn_problem
from .queries import list_representation_products

declare_links("product", sa.select(Product.id, Product.client_id))


def save_product(
    actor: Actor, values: Mapping[str, Any], product: Product | None = None, uid: str | None = None
) -> Product:
    """Make or change a product; it belongs to its client's team. Raises Invalid on the field that is wrong."""
    kept_id = product.client_id if product else None
    client = get_referenced(Organization, actor, values["client_id"], [kept_id])
    if problem := eccn_problem(values.get("eccn")):
        raise Invalid(problem, "eccn")
    if values.get("hs6") and not HS6.match(values["hs6"]):
        raise Invalid(_("Enter six digits, such as 902680."), "hs6")
    if values.get("naics") and not NAICS.fullmatch(values["naics"]):
        raise Invalid(_("Enter six digits, such as 332911."), "naics")
    row = product or Product(uid=uid or new_uid())
    for name, value in values.items():
        setattr(row, name, value)
    db.session.add(row)
    if client.id != kept_id:
        _take_team(row, client)
    _refresh_name(row, client)
    return row


def _take_team(row: Product, client: Organization) -> None:
    """Put a product where its client is."""
    row.counselor_id = client.counselor_id
    belong_to(row, client)


def _refresh_name(row: Product, client: Organization) -> None:
    """Let a product be found by its client's name too, unless that is hidden from somebody who sees the product."""
    client_words = names.tokens(client.label, client.native_label) if may_name(row, client) else ""
    name_record(row, row.name, row.native_name, [client_words, names.tokens(row.hs6)])
    db.session.flush()


def set_representation_products(actor: Actor, representation: Representation, ids: Collection[int]) -> None:
    """Make these the products a China rep stands for, none for all of the client's; one the actor may not see stays.

    Raises Invalid for a product that is not the client's.
    """
    seen = {product.id for product in list_representation_products(actor, representation)}
    if not seen.issuperset(ids):
        raise Invalid(_("Choose from this client's products."), "products")
    stmt = sa.select(RepresentationProduct).where(RepresentationProduct.representation_id == representation.id)
    held = {link.product_id: link for link in db.session.scalars(stmt)}
    for product_id in seen & held.keys() - set(ids):
        db.session.delete(held[product_id])
    db.session.add_all(
        RepresentationProduct(representation_id=representation.id, product_id=i) for i in set(ids) - held.keys()
    )
    touch(representation)
    db.session.flush()


def _follow(record: Record) -> None:
    if isinstance(record, Product):
        _refresh_name(record, db.session.get_one(Organization, record.client_id))
    if isinstance(record, Organization):
        for row in db.session.scalars(sa.select(Product).where(Product.client_id == record.id)).all():
            _take_team(row, record)
            _refresh_name(row, record)


FOLLOWERS.append(_follow)
HANGING.append(("organization", lambda hosts: sa.select(Product.id).where(Product.client_id.in_(hosts))))
