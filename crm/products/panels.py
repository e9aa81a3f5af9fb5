"""Panels of products, and of the products that a China rep represents."""

from __future__ import annotations

from flask import url_for

from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.policy import Actor, can
from crm.core.web.panels import Editing, Fact, Facts, Line, Panel, PanelRow, Span, note
from crm.core.words import _
from crm.people.models import Representation
from crm.products import queries
from crm.products.models import Product
from crm.products.quantities import format_quantity


def build_product_facts(actor: Actor, row: Product) -> Facts:
    """Return the codes and the export classification of a product."""
    capacity = format_quantity(row.capacity_number, row.capacity_unit, row.capacity)
    return Facts(
        title=_("Product"),
        pairs=(
            Fact(_("HS code"), formats.hs(row.hs6), fields=("hs6",)),
            Fact.of(row, Product.naics),
            Fact.of(row, Product.certificates),
            Fact(_("Capacity"), capacity, fields=("capacity_number", "capacity_unit", "capacity")),
            Fact.of(row, Product.jurisdiction),
            Fact.of(row, Product.eccn),
            Fact.of(row, Product.said_by),
            Fact.of(row, Product.said_on),
            Fact.of(row, Product.ip_note),
        ),
        edit_url=url_for("products.edit", id=row.id),
        editing=Editing.of(actor, row, "products", "products.edit"),
    )


def build_client_products(actor: Actor, client: Record) -> Panel:
    """Return the products that a client sells."""
    rows = queries.list_client_products(actor, client.id)
    return Panel(
        title=_("Products"),
        rows=tuple(
            PanelRow(
                title=Span(product.name, url=url_for("desk.product", id=product.id), native=product.native_name or ""),
                avatar="product",
                lines=note(product.kind, product.eccn or product.jurisdiction),
            )
            for product in rows
        ),
        add_url=url_for("products.new", client=client.id),
    )


def build_represented_products(actor: Actor, row: Representation) -> Panel:
    """Return the products that a China rep represents; without any, the rep represents all of the client's."""
    products = queries.list_representation_products(actor, row)
    choose = Span(_("Choose products"), url=url_for("products.rep_products", id=row.id), css="link")
    return Panel(
        title=_("Products represented"),
        rows=tuple(
            PanelRow(title=Span(product.name, url=url_for("desk.product", id=product.id), css="link"))
            for product in products
            if product.is_selected
        ),
        empty=_("All of the client's products."),
        footer=(Line((choose,), css="t13"),) if products and can(actor, "representation:edit", row) else (),
    )
