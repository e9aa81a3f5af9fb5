"""The page of a show: its agenda and participants."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from flask import g, request
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.web.blueprint import render
from crm.desk.activity_panels import show_panels
from crm.desk.page import build_record_page
from crm.desk.queries import load_local_time, load_record_summary
from crm.interactions.policy import EARLY
from crm.shows import queries as shows

from . import bp

SOON_HOURS = 12
"""How many hours before a meeting someone can be marked as arrived: the same day in every time zone."""


@bp.route("/shows/<int:id>", may="show:see")
def show(id: int) -> Response:
    """Show a trade show with the meetings of the reader's teams by day; with `mine` only the reader's own."""
    row = shows.get_show(g.actor, id)
    is_mine = request.args.get("mine") == "1"
    summary = load_record_summary(g.actor, row)
    panels = show_panels(g.actor, row, summary)
    return render(
        "desk/show.html",
        **build_record_page(
            g.actor,
            row,
            "shows",
            summary,
            panels,
            days=partial(shows.agenda, g.actor, id, own_only=is_mine),
            local_time=partial(load_local_time, row.zone, row.country),
        ),
        is_mine=is_mine,
        soon=clock.now() + timedelta(hours=SOON_HOURS),
        begun=clock.now() + EARLY,
    )
