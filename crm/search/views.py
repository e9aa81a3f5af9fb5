"""Search over all kinds of records, as a page and as JSON for the palette and pickers, and saved views."""

from __future__ import annotations

from typing import Any

from flask import g, jsonify, request, url_for
from werkzeug.wrappers import Response

from crm.core.errors import BadRequest, NotFound
from crm.core.hooks import LIST_VIEWS, SIDE_SECTIONS
from crm.core.web.blueprint import Feature, flash_success, on_post, render, show_form
from crm.core.web.commands import Command, add_command
from crm.core.web.error_page import wants_json
from crm.core.web.form_flow import go_to, save_form
from crm.core.web.redirects import back, redirect_url, safe_next
from crm.core.words import _, _l
from crm.records.policy import KIND_TITLES

from . import queries, saved_views, services
from .forms import ViewEditForm, ViewForm
from .palette import HitGroup, ResultPart, find_groups, has_parts
from .view_titles import find_list_title

bp = Feature("search", __name__)
add_command(Command("search.views", _l("Saved views"), "table", _l("rename delete share")))
MAX_QUERY_CHARS = 200
LIST_VIEWS.append(saved_views.list_views)
SIDE_SECTIONS["views"] = lambda actor: [(v.label, v.url, "table", "view") for v in saved_views.views_for(actor)]


@bp.route("/search", may="search:use")
def index() -> Response:
    """Find records by name in any script, phone or email, and commands; `kinds` filters records.

    With `part=records` JSON has the records only, and in `more` the address of the other results.
    """
    text = request.args.get("q", "")[:MAX_QUERY_CHARS]
    kinds = [k for k in request.args.get("kinds", "").split(",") if k]
    if any(k not in KIND_TITLES for k in kinds):
        raise BadRequest(_("Choose a valid record type."))
    part = request.args.get("part", "")
    if part and part not in list(ResultPart):
        raise BadRequest(_("Choose a valid part of the results."))
    groups = find_groups(g.actor, text, kinds, [ResultPart(part)] if part else tuple(ResultPart))
    if wants_json():
        has_more = part == ResultPart.records and has_parts(text) and not kinds
        more = url_for("search.index", q=text, part=ResultPart.rest.value) if has_more else ""
        return jsonify(_to_json(groups, with_zones=kinds == ["person"], more=more))
    return render("search/index.html", q=text, groups=groups)


def _to_json(groups: list[HitGroup], *, with_zones: bool, more: str) -> dict[str, Any]:
    hits = [hit for group in groups for hit in group.hits]
    zones = queries.load_zones(hits) if with_zones else {}
    labeled = [{"label": str(group.label), "hits": [_hit(h, zones) for h in group.hits]} for group in groups]
    return {"groups": labeled, "hits": [_hit(hit, zones) for hit in hits], "more": more}


def _hit(hit: queries.Hit, zones: dict[int, str]) -> dict[str, Any]:
    fields = hit._asdict() | {"zone": zones.get(hit.id, "")}
    return {name: value for name, value in fields.items() if value or name not in ("zone", "icon", "control")}


@bp.route("/views", may="search:use", methods=["POST"])
def save_view() -> Response:
    form = ViewForm()
    with on_post(form) as posted:
        if posted:
            view = services.save_view(
                g.actor,
                form.name.data,
                form.address.data or "",
                shared=form.shared.data,
                is_default=form.is_default.data,
            )
            team = saved_views.find_team_name(view)
            flash_success(
                _("View saved and shared with %(team)s.", team=team) if team else _("View saved as a tab of the list.")
            )
            return redirect_url(safe_next(form.address.data))
    return show_form(form, "search/save_view.html")


@bp.route("/views", may="search:use")
def views() -> Response:
    """List the saved views, each with its list."""
    return render("search/views.html", saved_views=saved_views.views_for(g.actor), find_list_title=find_list_title)


@bp.route("/views/<int:id>", may="search:use", methods=["GET", "POST"])
def edit_view(id: int) -> Response:
    """Rename a saved view, share it, or open its list with it."""
    row = saved_views.find_view(g.actor, id)
    if row is None:
        raise NotFound
    form = ViewEditForm(obj=row, shared=row.team_id is not None)
    team = saved_views.find_team_name(row)
    if team:
        form.shared.description = _("Shared with %(team)s", team=team)

    def save() -> None:
        services.change_view(
            g.actor, row, form.name.data or "", shared=form.shared.data, is_default=form.is_default.data
        )

    return save_form(form, save, go_to("search.views"), "search/edit_view.html", view=row)


@bp.route("/views/<int:id>/delete", may="search:use", methods=["POST"])
def delete_view(id: int) -> Response:
    """Delete a saved view."""
    row = saved_views.find_view(g.actor, id)
    if row is None:
        raise NotFound
    services.delete_view(g.actor, row)
    flash_success(_("View deleted."))
    return back()
