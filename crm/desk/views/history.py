"""The history of any record: who changed what, when, by which door."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm.core.data.record import Record, get_visible
from crm.core.web.blueprint import render
from crm.desk.history import load_history

from . import bp


@bp.route("/records/<int:id>/history", may="record:see")
def history(id: int) -> Response:
    """Show the history of a record."""
    record = get_visible(Record, g.actor, id)
    return render("desk/history.html", record=record, entries=load_history(g.actor, record))
