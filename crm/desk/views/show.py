"""The page of a show: its agenda and who goes."""

from __future__ import annotations

from datetime import timedelta

from flask import g, request
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.web.blueprint import render
from crm.desk.page import build_record_page
from crm.desk.queries import load_record_summary, place
from crm.shows import queries as shows

from . import bp

SOON_HOURS = 12
"""From when on somebody may have arrived: the day of the meeting, wherever the reader is."""


@bp.route("/shows/<int:id>", may="show:see")
def show(id: int) -> Response:
    """Show a show: the meetings of own teams by day, with `mine` only those of the reader."""
    row = shows.show(g.actor, id)
    mine = request.args.get("mine") == "1"
    return render(
        "desk/show.html",
        **build_record_page(g.actor, row, "shows", load_record_summary(g.actor, row)),
        mine=mine,
        soon=clock.now() + timedelta(hours=SOON_HOURS),
        days=shows.agenda(g.actor, id, own_only=mine),
        going=shows.going_to(g.actor, id),
        organizer=shows.organizer_of(g.actor, row),
        place=place(row.zone, row.country),
    )
