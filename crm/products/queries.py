"""Questions about products."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, question
from crm.core.data.base import Select, db
from crm.core.data.record import get_visible, visible
from crm.core.policy import Actor
from crm.people.models import Representation

from .models import Product, RepresentationProduct
from .policy import Jurisdiction, ProductKind


class ProductRow(NamedTuple):
    """A product as the client's page lists it."""

    id: int
    name: str
    native_name: str | None
    kind: ProductKind
    hs6: str | None
    jurisdiction: Jurisdiction
    eccn: str | None


def visible_products(actor: Actor) -> sa.Select[Any]:
    """Products the actor may know of."""
    return sa.select(Product).where(visible(actor, Product))


def get_product(actor: Actor, product_id: int, right: str | None = None) -> Product:
    """One product. Raises NotFound, Forbidden."""
    return get_visible(Product, actor, product_id, right)


def list_client_products(actor: Actor, client_id: int) -> list[ProductRow]:
    """What a client offers, by name."""
    return [ProductRow(*row) for row in _client_products(actor, client=client_id)]


@question
def _client_products(who: AccessProfile) -> Select:
    return (
        sa.select(
            Product.id,
            Product.name,
            Product.native_name,
            Product.offer,
            Product.hs6,
            Product.jurisdiction,
            Product.eccn,
        )
        .where(Product.client_id == sa.bindparam("client"), Product.archived_at.is_(None), visible(who, Product))
        .order_by(Product.sort_key)
    )


class RepresentationProductRow(NamedTuple):
    """A product of the client's, and whether a rep stands for it by name."""

    id: int
    name: str
    is_selected: bool


def list_representation_products(actor: Actor, representation: Representation) -> list[RepresentationProductRow]:
    """What a rep can stand for: the client's products that the actor may know of, by name."""
    link = RepresentationProduct
    named = sa.exists().where(link.product_id == Product.id, link.representation_id == representation.id)
    stmt = (
        sa.select(Product.id, Product.name, named)
        .where(Product.client_id == representation.client_id, Product.archived_at.is_(None), visible(actor, Product))
        .order_by(Product.sort_key, Product.id)
    )
    return [RepresentationProductRow(*row) for row in db.session.execute(stmt)]
