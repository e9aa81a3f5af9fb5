"""The list of products."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import alias, db
from crm.core.data.record import Record, visible
from crm.core.lists import Col, Filter, Listing, RowEditing
from crm.core.lists.record_groupings import record_grouping
from crm.core.policy import Actor
from crm.core.words import _l

from . import queries, services
from .derived import PLAIN_COLUMNS
from .forms import ProductForm
from .models import Product
from .policy import hs_digits


def load_client_cells(ids: Collection[int], actor: Actor) -> dict[int, dict[str, Any]]:
    """Load the client of each product, as far as the actor may see it."""
    client = alias(Record, "product_client")
    stmt = (
        sa.select(Product.id, client.id, client.label, client.native_label)
        .join(client, client.id == Product.client_id)
        .where(Product.id.in_(ids), visible(actor, client))
    )
    return {i: {"client": (client_id, label or native)} for i, client_id, label, native in db.session.execute(stmt)}


EDITING = RowEditing(
    form=ProductForm,
    right="product:edit",
    save=lambda actor, row, values: services.save_product(actor, {"client_id": row.client_id} | dict(values), row),
    many=dict.fromkeys(
        ("hs6", *PLAIN_COLUMNS),
        services.change_products,
    ),
)

PRODUCTS = Listing(
    name="products",
    title=_l("Products"),
    path="/products/",
    entity=Product,
    template="products/index.html",
    base=queries.visible_products,
    after_page=load_client_cells,
    editing=EDITING,
    whole=True,
    groupings=(record_grouping("client", _l("Client"), Product.client_id),),
    cols=(
        Col(
            "name",
            _l("Product"),
            Product.label,
            sort=Product.sort_key,
            kind="name",
            native=Product.native_label,
            field="name",
        ),
        Col.of(Product.offer, hide_phone=True),
        Col("client", _l("Client"), kind="link", path="/organizations/"),
        Col.of(Product.hs6, kind="hs", hide_phone=True),
        Col.of(Product.naics, hide_phone=True),
        Col.of(Product.certificates, hide_phone=True),
        Col.of(Product.jurisdiction, hide_phone=True),
        Col.of(Product.eccn, hide_phone=True),
        Col.of(Product.native_name, field="", show=False),
        Col("description", _l("Description"), Product.description, show=False),
        Col.of(Product.capacity, show=False),
        Col.of(Product.capacity_number, show=False),
        Col.of(Product.capacity_unit, show=False),
        Col.of(Product.usml_category, name="usml", show=False),
        Col.of(Product.said_by, show=False),
        Col.of(Product.said_on, show=False),
        Col.of(Product.ip_note, name="ip", show=False),
        Col("uid", _l("Identifier"), Product.uid, show=False),
    ),
    filters=(
        Filter.of(Product.offer),
        Filter(
            "hs",
            _l("HS code starts with"),
            "text",
            lambda x: Product.hs6.startswith(hs_digits(x) or "", autoescape=True),
        ),
        Filter.of(Product.jurisdiction),
    ),
)
