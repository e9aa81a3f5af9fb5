"""Pages to change the records that are selected in a list, and the progress and result of such a change."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import g, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from crm.bulk import queries, services
from crm.bulk.cells import draw_row, load_cell
from crm.bulk.forms import make_form, to_change
from crm.bulk.models import BulkRun
from crm.bulk.policy import BulkOperation, BulkState
from crm.bulk.services import BulkChange
from crm.bulk.services.slices import BATCH_KIND
from crm.bulk.texts import describe_result
from crm.core.errors import BadRequest, Invalid
from crm.core.hooks import UNDO_PAGES
from crm.core.lists import Listing, ListState, parse
from crm.core.lists.editing import field_form
from crm.core.web.blueprint import flash_error, flash_success, on_post, render, show_form
from crm.core.web.redirects import redirect_to, redirect_url
from crm.core.words import _, _l
from crm.records.policy import FOLLOWING_KINDS

from .bp import bp

UNDO_PAGES[BATCH_KIND] = lambda batch_id: url_for("bulk.run", id=queries.find_run_id(batch_id))

REFRESH_SECONDS = 1
OWN_PARAMS = ("do", "field")
NO_RIGHT = {
    BulkOperation.archive: _l("Ask a manager to archive these records: they are shared with all teams."),
    BulkOperation.assign: _l("Ask a manager: only the counselor of a record or a manager can reassign it."),
}
"""Why an operation isn't possible for any of the selected records."""


class Selection(NamedTuple):
    """The selected records of a list, and what is to be done with them."""

    state: ListState
    ids: list[int]
    operation: BulkOperation

    @property
    def listing(self) -> Listing:
        return self.state.listing

    @property
    def key(self) -> str:
        """Differs when other records are selected: of "all that match", records can be added meanwhile."""
        return sha256(repr(sorted(self.ids)).encode()).hexdigest()[:16]

    @property
    def return_url(self) -> str:
        """The page of the list from which the selection came, without it."""
        return self._list_url([])

    @property
    def cancel_url(self) -> str:
        """The same page of the list with the selected rows checked; of "all that match", without them."""
        return self._list_url([("marked", str(id)) for id in self.state.ids])

    def _list_url(self, pairs: list[tuple[str, str]]) -> str:
        pairs += [("after", request.args["after"])] if request.args.get("after") else []
        url = replace(self.state, ids=()).url()
        return f"{url}{'&' if '?' in url else '?'}{urlencode(pairs)}" if pairs else url


@bp.app_context_processor
def _list_parts() -> dict[str, Any]:
    if not g.get("actor"):
        return {}
    return {
        "bulk_url_of": lambda name: url_for("bulk.change", name=name) if queries.has_listing(name) else "",
        "bulk_operations": _list_operations,
        "cell_url": url_for("bulk.cell", id=0),
    }


def _list_operations(name: str) -> list[BulkOperation]:
    listing = queries.find_listing(name)
    return services.choose_operations(listing, g.actor, queries.list_fields(listing, g.actor))


@bp.route("/bulk/<name>", may="bulk:change", methods=["GET", "POST"])
def change(name: str) -> Response:
    """Ask what to do with the selected records, or do it."""
    selection = _read_selection(name)
    if not selection.ids:
        flash_error(_("Select at least one row in the list."))
        return redirect_url(selection.return_url)
    if not services.may_change_any(g.actor, BulkChange(selection.listing, selection.operation, {}), selection.ids):
        flash_error(NO_RIGHT.get(selection.operation, _l("You don't have permission to change these records.")))
        return redirect_url(selection.cancel_url)
    field, fields = request.args.get("field", ""), queries.list_fields(selection.listing, g.actor)
    if selection.operation is BulkOperation.edit and field not in [col.field for col in fields]:
        return render("bulk/field.html", selection=selection, fields=fields, hidden=_hidden_params())
    form = make_form(selection.listing, selection.operation, field)
    with on_post(form) as posted:
        if posted:
            _check_unchanged(selection)
            todo = to_change(selection.listing, selection.operation, field, form)
            return _redirect_to_run(services.start_run(g.actor, todo, selection.ids, return_url=selection.return_url))
    return show_form(form, "bulk/change.html", selection=selection, field=field)


def _read_selection(name: str) -> Selection:
    listing = queries.find_listing(name)
    args = MultiDict([(k, x) for k, x in request.args.items(multi=True) if k not in OWN_PARAMS])
    state = parse(listing, args, g.actor)
    code = request.args.get("do", BulkOperation.edit.value)
    is_following = code == BulkOperation.assign.value and listing.kind in FOLLOWING_KINDS
    if is_following or code not in {operation.value for operation in BulkOperation}:
        raise BadRequest(_("Choose what to do with the selected records."))
    ids = queries.list_selected(g.actor, state, is_all=bool(args.get("all")))
    return Selection(state, ids, BulkOperation.from_code(code))


def _check_unchanged(selection: Selection) -> None:
    """Raise Invalid if other records match the filters than those that the form counted."""
    if not selection.state.ids and request.form.get("selection") != selection.key:
        raise Invalid(_("The list has changed. Check the number of records and confirm again."))


def _hidden_params() -> list[tuple[str, str]]:
    """Return the address's parameters without the field, for the form that chooses it."""
    return [(name, value) for name, value in request.args.items(multi=True) if name != "field"]


def _redirect_to_run(run: BulkRun) -> Response:
    """Return to the list when everything is done; otherwise show what was refused, or the progress."""
    if run.state is not BulkState.done:
        return redirect_to("bulk.run", id=run.id)
    if run.changed:
        flash_success(_message(run))
    return redirect_to("bulk.run", id=run.id) if run.refused_count else redirect_url(run.return_url)


def _message(run: BulkRun) -> str:
    counts = describe_result(run.operation, run.changed)
    message, counselor = f"{run.operation.label}: {counts}", queries.find_new_counselor(run)
    if not counselor:
        return message
    new_counselor = _("New counselor: %(name)s.", name=counselor)
    return f"{message}. {new_counselor}"


@bp.route("/bulk/runs/<int:id>", may="bulk:change", endpoint="run")
def show_run(id: int) -> Response:
    """Show the progress or the result of a change; the page refreshes itself while it is in progress."""
    run = queries.load_run(g.actor, id)
    refused = [] if run.state.is_busy else queries.load_refused(g.actor, run)
    listing = queries.find_listing(run.listing)
    counselor = queries.find_new_counselor(run) if run.changed else ""
    return render(
        "bulk/run.html",
        run=run,
        refused=refused,
        listing=listing,
        counselor=counselor,
        result_text=describe_result(run.operation, run.changed),
        may_undo=services.may_undo(run),
        refresh_seconds=REFRESH_SECONDS if run.state.is_busy else None,
    )


@bp.route("/bulk/runs/<int:id>/undo", may="bulk:change", methods=["POST"])
def undo(id: int) -> Response:
    """Undo a change that the job carried out."""
    services.begin_undo(g.actor, queries.load_run(g.actor, id))
    return redirect_to("bulk.run", id=id)


@bp.route("/bulk/cells/<int:id>", may="bulk:change", methods=["GET", "POST"])
def cell(id: int) -> Response:
    """Edit a cell of a list or a fact of a page in place, see `load_cell`. Respond with the new row of a list."""
    edited = load_cell(g.actor, id, request.args)
    form = field_form(edited.editing, *edited.fields)(obj=edited.record)
    with on_post(form) as posted:
        if posted:
            edited.editing.save(g.actor, edited.record, form.values())
            flash_success(_("%(name)s: changes saved.", name=edited.record.label))
            row = "" if edited.is_fact else draw_row(g.actor, edited, request.args.get("columns", ""))
            return render("bulk/cell.html", cell=edited, form=None, row=row)
    return show_form(form, "bulk/cell.html", cell=edited)
