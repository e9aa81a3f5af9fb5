"""Undo an import: first the page that says what stays, then the undo."""

from __future__ import annotations

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core.errors import Conflict
from crm.core.hooks import UNDO_PAGES
from crm.core.web.blueprint import flash_success, render
from crm.core.web.redirects import redirect_to
from crm.core.words import _
from crm.imports import queries, services
from crm.imports.policy import IMPORT, RunState, undo_until

from . import bp


def find_undo_page(batch_id: int) -> str:
    """Return the URL of the page where the import that made a batch is undone; "" if it was undone as it failed."""
    run_id = queries.find_run_id(batch_id)
    return "" if run_id is None else url_for("imports.undo", id=run_id)


UNDO_PAGES[IMPORT] = find_undo_page


@bp.route("/<int:id>/undo", may="import:make", methods=["GET", "POST"])
def undo(id: int) -> Response:
    """Ask before undoing an import, and undo it."""
    run = queries.get_run(g.actor, id, lock=request.method == "POST")
    if request.method == "POST":
        try:
            services.request_revert(g.actor, run)
        except Conflict as problem:
            raise Conflict(problem.message, record_url=url_for("imports.run", id=id)) from problem
        if run.state == RunState.undone.value:
            flash_success(_("Import undone: %(name)s", name=run.file_name))
        return redirect_to("imports.run", id=id)
    if not queries.may_be_undone(run):
        return redirect_to("imports.run", id=id)
    edits = queries.list_later_edits(g.actor, run)
    created = services.count_batch_records(run.batch_id)
    return render("imports/undo.html", run=run, created=created, undo_until=undo_until(run.at), edits=edits)
