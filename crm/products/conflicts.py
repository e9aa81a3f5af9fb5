"""Conflicts of a China rep who also represents a rival: similar products, or the same sector and territory."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import visible
from crm.core.policy import Actor
from crm.core.words import _
from crm.people.models import Representation
from crm.people.queries import RivalRow, list_rivals

from .models import Product, RepresentationProduct
from .policy import ProductFacts, are_similar


class ProductConflict(NamedTuple):
    """A rival that the rep also represents, and why that is a conflict."""

    rival: str
    reason: str


def find_conflicts(actor: Actor, representation: Representation) -> list[ProductConflict]:
    """Return the possible conflicts of a China rep, without names and products of other teams' clients."""
    rivals = list_rivals(actor, representation)
    if not rivals:
        return []
    clients = {representation.id: representation.client_id} | {r.id: r.client_id for r in rivals}
    products = _load_products(actor, clients)
    own_products = products[representation.id]
    reasons = ((rival, _conflict_reason(rival, own_products, products[rival.id])) for rival in rivals)
    return [
        ProductConflict(rival.label or _("a client of another team"), reason) for rival, reason in reasons if reason
    ]


def _conflict_reason(
    rival: RivalRow, own_products: Collection[ProductFacts], rival_products: Collection[ProductFacts]
) -> str:
    pairs = [(a, b) for a in own_products for b in rival_products if are_similar(a, b)]
    if pairs:
        names = [_("%(one)s and %(other)s", one=a.name, other=b.name) if rival.label else a.name for a, b in pairs]
        return _("similar products: %(names)s", names=", ".join(dict.fromkeys(names)))
    if rival.shared_sectors and rival.is_overlapping:
        return _("same territory and sector: %(names)s", names=", ".join(rival.shared_sectors))
    return ""


def _load_products(actor: Actor, clients: dict[int, int]) -> dict[int, list[ProductFacts]]:
    """Return the products by representation: the selected ones, or else all of its client's.

    `clients` holds the client's id by representation.
    """
    stmt = (
        sa.select(Product.id, Product.client_id, Product.name, Product.hs6, Product.naics)
        .where(Product.client_id.in_(set(clients.values())), Product.archived_at.is_(None))
        .where(sa.or_(visible(actor, Product), sa.not_(Product.confidential)))
        .order_by(Product.sort_key, Product.id)
    )
    rows = [
        (i, client_id, ProductFacts(name, hs6, naics)) for i, client_id, name, hs6, naics in db.session.execute(stmt)
    ]
    selected = _load_selected(clients)
    return {
        rep_id: [facts for i, owner_id, facts in rows if owner_id == client_id and i in selected.get(rep_id, {i})]
        for rep_id, client_id in clients.items()
    }


def _load_selected(clients: dict[int, int]) -> dict[int, set[int]]:
    """Return the ids of the products selected for each representation, without those of a former client."""
    link = RepresentationProduct
    stmt = (
        sa.select(link.representation_id, link.product_id, Product.client_id)
        .join(Product, Product.id == link.product_id)
        .where(link.representation_id.in_(clients), Product.archived_at.is_(None))
    )
    selected: dict[int, set[int]] = {}
    for rep_id, product_id, client_id in db.session.execute(stmt):
        if clients[rep_id] == client_id:
            selected.setdefault(rep_id, set()).add(product_id)
    return selected
