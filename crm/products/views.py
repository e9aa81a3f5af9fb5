"""Pages of products: the list and the forms."""

from __future__ import annotations

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core.data.base import row_id
from crm.core.data.centers import find_center
from crm.core.hooks import RECORD_FORMS
from crm.core.lists import respond
from crm.core.web.blueprint import Feature, render
from crm.core.web.form_flow import go_to, go_to_saved, save_form
from crm.core.web.pdf import has_chinese_font, send_pdf
from crm.core.web.redirects import redirect_to
from crm.core.words import _l
from crm.people.queries import get_representation

from . import forms, lists, queries, services
from .models import Product
from .sheets import build_product_sheet, build_sheet_pdf

bp = Feature("products", __name__, url_prefix="/products")
RECORD_FORMS["product"] = "products.new", _l("Add product")


@bp.route("/", may="product:see")
def index() -> Response:
    return respond(lists.PRODUCTS, g.actor)


@bp.route("/new", may="product:edit", methods=["GET", "POST"])
def new() -> Response:
    """Create a product; `client` (an id) in the URL prefills the form."""
    client = request.args.get("client", type=row_id)
    form = forms.ProductForm(**({"client_id": client} if client and request.method == "GET" else {}))

    def save() -> Product:
        return services.save_product(g.actor, form.values(), uid=form.uid.data)

    return save_form(form, save, go_to_saved("desk.product"), "products/edit.html", product=None)


@bp.route("/<int:id>/edit", may="product:edit", methods=["GET", "POST"])
def edit(id: int) -> Response:
    """Change a product."""
    product = queries.get_product(g.actor, id, "product:edit")
    form = forms.ProductForm(obj=product)

    def save() -> None:
        services.save_product(g.actor, form.values(), product)

    return save_form(form, save, go_to("desk.product", id=id), "products/edit.html", product=product)


@bp.route("/<int:id>/sheet", may="product:see")
def sheet(id: int) -> Response:
    """Show the product sheet, to print."""
    product = queries.get_product(g.actor, id)
    sheet = build_product_sheet(g.actor, product)
    center = find_center(product.team_id)
    return render("products/sheet.html", product=product, sheet=sheet, center_name=center, has_pdf=has_chinese_font())


@bp.route("/<int:id>/sheet.pdf", may="product:see")
def sheet_pdf(id: int) -> Response:
    """Send the product sheet as a PDF; without a Chinese font return to its page, which says what to install."""
    product = queries.get_product(g.actor, id)
    if not has_chinese_font():
        return redirect_to("products.sheet", id=id)
    pdf = build_sheet_pdf(build_product_sheet(g.actor, product), find_center(product.team_id))
    return send_pdf(pdf, product.label or product.native_label)


@bp.route("/reps/<int:id>", may="representation:edit", methods=["GET", "POST"])
def rep_products(id: int) -> Response:
    """Choose the products that a China rep represents."""
    rep = get_representation(g.actor, id, "representation:edit")
    form = forms.RepProductsForm(options=queries.list_representation_products(g.actor, rep), obj=rep)

    def save() -> None:
        services.set_representation_products(g.actor, rep, form.products.data or [])

    return save_form(
        form,
        save,
        go_to("desk.representation", id=id),
        "people/part.html",
        person=None,
        title=_l("Products represented"),
        back_label=rep.label,
        page_url=url_for("desk.representation", id=id),
    )
