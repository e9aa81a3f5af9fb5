"""The pages of a product and of a China rep."""

from __future__ import annotations

from functools import partial

from flask import g
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.visible_records import read_visible
from crm.core.policy import can
from crm.core.web.blueprint import render
from crm.desk.page import build_record_page
from crm.desk.panels import product_panels, representation_panels
from crm.desk.queries import load_record_summary
from crm.people.models import Representation
from crm.people.policy import ENDING_SOON_DAYS, RepresentationStatus
from crm.people.queries import get_representation
from crm.products.conflicts import find_conflicts
from crm.products.queries import get_product

from . import bp


@bp.route("/products/<int:id>", may="product:see")
def product(id: int) -> Response:
    row = get_product(g.actor, id)
    summary = load_record_summary(g.actor, row)
    panels = product_panels(g.actor, row, summary)
    return render(
        "desk/product.html",
        **build_record_page(
            g.actor, row, "organizations", summary, panels, client=partial(read_visible, g.actor, row.client_id)
        ),
    )


@bp.route("/people/reps/<int:id>", may="representation:see")
def representation(id: int) -> Response:
    """Show a China rep, with the warnings that the actor may see."""
    row = get_representation(g.actor, id)
    summary = load_record_summary(g.actor, row)
    panels = representation_panels(g.actor, row, summary)
    may_see_conflicts = can(g.actor, "representation:conflict", row)
    return render(
        "desk/representation.html",
        **build_record_page(
            g.actor, row, "organizations", summary, panels, client=partial(read_visible, g.actor, row.client_id)
        ),
        conflicts=find_conflicts(g.actor, row) if may_see_conflicts else [],
        days_left=_days_left(row),
    )


def _days_left(row: Representation) -> int | None:
    """Return the days until a China rep ends (negative afterward); None when it ended or doesn't end soon."""
    if row.to_on is None or row.status is RepresentationStatus.ended:
        return None
    days = (row.to_on - clock.today(g.actor.zone)).days
    return days if days <= ENDING_SOON_DAYS else None
