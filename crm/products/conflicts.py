"""Whether a China rep also stands for a rival: with like products, else in the same line of business and territory."""

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
    """Whom the rep also stands for, and what makes that a conflict."""

    rival: str
    reason: str


def find_conflicts(actor: Actor, representation: Representation) -> list[ProductConflict]:
    """What a China rep might be in conflict with. Of another team's client neither name nor product is told."""
    rivals = list_rivals(actor, representation)
    if not rivals:
        return []
    pairs = {representation.id: representation.client_id} | {r.id: r.client_id for r in rivals}
    offers = _load_products(actor, pairs)
    mine = offers[representation.id]
    found = ((rival, _conflict_reason(rival, mine, offers[rival.id])) for rival in rivals)
    return [ProductConflict(rival.label or _("a client of another team"), why) for rival, why in found if why]


def _conflict_reason(rival: RivalRow, mine: Collection[ProductFacts], theirs: Collection[ProductFacts]) -> str:
    like = [(a, b) for a in mine for b in theirs if are_similar(a, b)]
    if like:
        told = [_("%(one)s and %(other)s", one=a.name, other=b.name) if rival.label else a.name for a, b in like]
        return _("similar products: %(names)s", names=", ".join(dict.fromkeys(told)))
    if rival.shared_sectors and rival.is_overlapping:
        return _("same territory and sector: %(names)s", names=", ".join(rival.shared_sectors))
    return ""


def _load_products(actor: Actor, clients: dict[int, int]) -> dict[int, list[ProductFacts]]:
    """By representation the products it is about, else all of its client's; clients by representation."""
    link = RepresentationProduct
    stmt = (
        sa.select(Product.id, Product.client_id, Product.name, Product.hs6, Product.naics)
        .where(Product.client_id.in_(set(clients.values())), Product.archived_at.is_(None))
        .where(sa.or_(visible(actor, Product), sa.not_(Product.confidential)))
        .order_by(Product.sort_key, Product.id)
    )
    rows = [
        (i, client_id, ProductFacts(name, hs6, naics)) for i, client_id, name, hs6, naics in db.session.execute(stmt)
    ]
    named: dict[int, set[int]] = {}
    pairs = (
        sa.select(link.representation_id, link.product_id, Product.client_id)
        .join(Product, Product.id == link.product_id)
        .where(link.representation_id.in_(clients), Product.archived_at.is_(None))
    )
    for rep_id, product_id, client_id in db.session.execute(pairs):
        # What was named of a former client says nothing of this one.
        if clients[rep_id] == client_id:
            named.setdefault(rep_id, set()).add(product_id)
    return {
        rep_id: [offer for i, whose, offer in rows if whose == client_id and i in named.get(rep_id, {i})]
        for rep_id, client_id in clients.items()
    }
