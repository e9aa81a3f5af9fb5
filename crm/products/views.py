"""Pages of products: the form; the list stands on the client's page."""

from __future__ import annotations

from flask import g, request
from werkzeug.wrappers import Response

from crm.core.db import row_id
from crm.core.web import Feature, done, on_post, redirect_to, show_form
from crm.core.words import _

from . import forms, queries, services

bp = Feature("products", __name__, url_prefix="/products")


@bp.route("/new", may="product:edit", methods=["GET", "POST"])
def new() -> Response:
    """Make a product; `client` in the address names whose it is."""
    client = request.args.get("client", type=row_id)
    form = forms.ProductForm(**({"client_id": client} if client and request.method == "GET" else {}))
    with on_post(form) as posted:
        if posted:
            product = services.save_product(g.actor, form.values(), uid=form.uid.data)
            done(_("%(name)s is saved.", name=product.label))
            return redirect_to("desk.product", id=product.id)
    return show_form(form, "products/edit.html", product=None)


@bp.route("/<int:id>/edit", may="product:edit", methods=["GET", "POST"])
def edit(id: int) -> Response:
    """Change a product."""
    product = queries.product(g.actor, id, "product:edit")
    form = forms.ProductForm(obj=product)
    with on_post(form) as posted:
        if posted:
            services.save_product(g.actor, form.values(), product)
            done(_("Saved."))
            return redirect_to("desk.product", id=id)
    return show_form(form, "products/edit.html", product=product)
