"""Pages of what hangs on a client: a product, a China rep."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.record import find_visible
from crm.core.policy import can
from crm.core.web.blueprint import render
from crm.desk.page import build_record_page
from crm.desk.panels import product_panels
from crm.desk.queries import load_record_summary
from crm.people import queries as people
from crm.people.policy import ENDING_SOON_DAYS, RepresentationStatus
from crm.products import queries as products
from crm.products.conflicts import find_conflicts

from . import bp


@bp.route("/products/<int:id>", may="product:see")
def product(id: int) -> Response:
    """Show a product."""
    row = products.get_product(g.actor, id)
    summary = load_record_summary(g.actor, row)
    panels = product_panels(g.actor, row, summary)
    return render(
        "desk/product.html",
        **build_record_page(g.actor, row, "organizations", summary, panels),
        client=find_visible(g.actor, row.client_id),
    )


@bp.route("/people/reps/<int:id>", may="representation:see")
def representation(id: int) -> Response:
    """Show a China rep, with the warnings that the actor may know."""
    row = people.get_representation(g.actor, id)
    warned = can(g.actor, "representation:conflict", row)
    ends = None if row.status is RepresentationStatus.ended else row.to_on
    days_left = (ends - clock.today(g.actor.zone)).days if ends else None
    return render(
        "desk/representation.html",
        **build_record_page(g.actor, row, "organizations", load_record_summary(g.actor, row)),
        client=find_visible(g.actor, row.client_id),
        rep=people.load_representation(g.actor, row),
        offered=products.list_representation_products(g.actor, row),
        conflicts=find_conflicts(g.actor, row) if warned else [],
        days_left=days_left if days_left is not None and days_left <= ENDING_SOON_DAYS else None,
    )
