"""Queries about products; each starts from what the actor may see."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, db
from crm.core.data.record import get_visible, visible
from crm.core.policy import Actor
from crm.people.models import Representation

from .models import Product, RepresentationProduct
from .policy import Jurisdiction, ProductKind


class ProductRow(NamedTuple):
    """A product as listed on its client's page."""

    id: int
    name: str
    native_name: str | None
    kind: ProductKind
    hs6: str | None
    jurisdiction: Jurisdiction
    eccn: str | None


def visible_products(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    return sa.select(Product).where(visible(viewer, Product))


def get_product(actor: Actor, product_id: int, right: str | None = None) -> Product:
    """Return one product. Raises NotFound, Forbidden."""
    return get_visible(Product, actor, product_id, right)


def list_client_products(actor: Actor, client_id: int) -> list[ProductRow]:
    """Return the products of a client, by name."""
    return [ProductRow(*row) for row in _client_products(actor, client=client_id)]


@cached_query
def _client_products(viewer: AccessProfile) -> Select:
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
        .where(Product.client_id == sa.bindparam("client"), Product.archived_at.is_(None), visible(viewer, Product))
        .order_by(Product.sort_key)
    )


class RepresentationProductRow(NamedTuple):
    """A product of the client, and whether it is selected for a China rep."""

    id: int
    name: str
    is_selected: bool


def list_representation_products(actor: Actor, representation: Representation) -> list[RepresentationProductRow]:
    """Return the products that a rep can represent: those of the client the actor may see, by name."""
    link = RepresentationProduct
    is_selected = sa.exists().where(link.product_id == Product.id, link.representation_id == representation.id)
    stmt = (
        sa.select(Product.id, Product.name, is_selected)
        .where(Product.client_id == representation.client_id, Product.archived_at.is_(None), visible(actor, Product))
        .order_by(Product.sort_key, Product.id)
    )
    return [RepresentationProductRow(*row) for row in db.session.execute(stmt)]
