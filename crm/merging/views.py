"""Merge two records with a preview, and undo a merge."""

from __future__ import annotations

from dataclasses import replace

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.bulk.queries import find_listing, has_listing, list_selected
from crm.core.data.base import db, row_id
from crm.core.data.history import Batch
from crm.core.data.record import Record, get_visible
from crm.core.errors import Conflict, Invalid, NotFound, RecordMerged
from crm.core.hooks import ACTION_DONE, MERGE_URLS
from crm.core.lists import parse
from crm.core.policy import can
from crm.core.web.blueprint import Feature, flash_error, flash_success, on_post, render, show_form
from crm.core.web.redirects import redirect_to, redirect_url
from crm.core.words import _

from . import queries, services
from .forms import MergeForm, PartnerForm, UnmergeForm
from .links import find_merge_urls
from .models import Merge
from .policy import KINDS, MERGE_DAYS
from .preview import build_preview

bp = Feature("merging", __name__, url_prefix="/merge")
SIDES = (queries.FIRST, queries.SECOND)
MERGE_URLS.append(find_merge_urls)
ACTION_DONE.insert(0, lambda _message: url_for("records.undo", id=g.merge_id) if g.get("merge_id") else None)


@bp.app_template_global()
def may_merge(record: Record) -> bool:
    """Return whether the menu of a record offers to merge it."""
    return record.kind in KINDS and record.archived_at is None and can(g.actor, "record:merge", record)


@bp.app_template_global()
def merge_selected_url(name: str) -> str:
    """Return the URL that merges two selected rows of a list; "" for records that can't be merged."""
    is_offered = has_listing(name) and find_listing(name).kind in KINDS
    return url_for("merging.selected", name=name) if is_offered else ""


@bp.route("/selected/<name>", may="record:merge")
def selected(name: str) -> Response:
    """Compare the two selected rows of a list; the record that was added first is kept."""
    listing = find_listing(name)
    if listing.kind not in KINDS:
        raise NotFound
    state = parse(listing, request.args, g.actor)
    ids = sorted(list_selected(g.actor, state, is_all=bool(request.args.get("all"))))
    if len(ids) not in (1, 2):
        flash_error(_("Select two rows to merge."))
        return redirect_url(replace(state, ids=()).url())
    if not all(can(g.actor, "record:merge", db.session.get_one(Record, id)) for id in ids):
        flash_error(_("Only managers can merge records that all teams share. Ask your manager to merge these."))
        return redirect_url(replace(state, ids=()).url())
    return redirect_to("merging.preview", **dict(zip(SIDES, ids, strict=False)))


@bp.route("", may="record:merge", methods=["GET", "POST"])
def preview() -> Response:
    """Choose the record to merge `a` with; or with `b` compare both, choose the values and merge them."""
    survivor = _record("a")
    try:
        duplicate = _record("b") if survivor is not None else None
    except RecordMerged as merged:
        if survivor is None or merged.record_id != survivor.id:
            raise
        # After a double click, the browser shows the response to the second request.
        flash_success(_("Records merged."))
        return redirect_to("records.show", id=survivor.id)
    if survivor is None or duplicate is None:
        return _choose_partner(survivor)
    try:
        services.check_pair(survivor, duplicate)
    except Invalid as problem:
        return _choose_partner(survivor, problem)
    plan = queries.build_plan(g.actor, survivor, duplicate, request.form)
    form = MergeForm(survivor, duplicate)
    with on_post(form) as posted:
        if posted and "preview" not in request.form:
            return _finish(services.merge_records(g.actor, plan))
    return show_form(form, "merging/preview.html", plan=plan, preview=build_preview(g.actor, plan), days=MERGE_DAYS)


def _record(name: str) -> Record | None:
    """Return the record that the address names, for merging; None without a number."""
    text = request.args.get(name, "")
    try:
        record_id = row_id(text)
    except ValueError:
        return None
    return get_visible(Record, g.actor, record_id, "record:merge")


def _choose_partner(survivor: Record | None, problem: Invalid | None = None) -> Response:
    """Show the form that chooses what to merge with; `problem` is what is wrong with the chosen record."""
    form = PartnerForm(request.args, kind=survivor.kind if survivor else None)
    is_sent = "b" in request.args or "b-typed" in request.args
    if problem is not None:
        form.refuse(problem.message, problem.field)
    elif is_sent and form.validate():
        first_id = survivor.id if survivor else form.a.data
        return redirect_to("merging.preview", a=first_id, b=form.b.data)
    return show_form(form, "merging/partner.html", record=survivor)


def _finish(merge: Merge) -> Response:
    g.merge_id = merge.batch_id
    flash_success(db.session.get_one(Batch, merge.batch_id).title)
    return redirect_to("records.show", id=merge.survivor_id)


@bp.route("/<int:id>", may="record:merge")
def show(id: int) -> Response:
    """Show a merge: what was merged, and what keeps it from being undone."""
    merge = queries.get_merge(g.actor, id)
    return render("merging/show.html", page=queries.load_merge_page(g.actor, merge), form=UnmergeForm())


@bp.route("/<int:id>/undo", may="record:merge", methods=["POST"])
def undo(id: int) -> Response:
    """Undo a merge; if later changes stand in the way, its page names them."""
    merge = queries.get_merge(g.actor, id)
    try:
        duplicate = services.unmerge(g.actor, merge)
    except Conflict as problem:
        raise Conflict(problem.message, record_url=url_for("merging.show", id=id)) from problem
    flash_success(_("%(name)s was restored.", name=duplicate.label or duplicate.native_label))
    return redirect_to("records.show", id=duplicate.id)
