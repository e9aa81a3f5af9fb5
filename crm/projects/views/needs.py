"""The lists and forms of needs."""

from __future__ import annotations

from flask import g, request
from werkzeug.wrappers import Response

from crm.core.data.base import row_id
from crm.core.data.record import find_visible
from crm.core.lists import respond
from crm.core.web.blueprint import flash_success, on_post, show_form
from crm.core.web.redirects import back, redirect_to
from crm.core.words import _
from crm.projects import forms, lists, queries, services
from crm.projects.models import Need
from crm.projects.queries.structure import find_package_id

from .bp import bp


@bp.route("/needs/", may="need:see")
def needs() -> Response:
    """Show the list of needs of all projects and organizations."""
    return respond(lists.NEEDS, g.actor)


@bp.route("/needs/new", may="need:make", methods=["GET", "POST"])
def need() -> Response:
    """Add a need; `project` and `organization` in the address fill the form."""
    form = forms.NeedForm(
        project_id=request.args.get("project", type=row_id),
        organization_id=request.args.get("organization", type=row_id),
        package_id=request.args.get("package", type=row_id),
    )
    return _need_form(form, None)


@bp.route("/needs/<int:id>/edit", may="need:edit", methods=["GET", "POST"])
def need_edit(id: int) -> Response:
    row = queries.get_need(g.actor, id, "need:edit")
    return _need_form(forms.NeedForm(obj=row, package_id=find_package_id(id)), row)


def _need_form(form: forms.NeedForm, row: Need | None) -> Response:
    with on_post(form) as posted:
        if posted:
            saved = services.save_need(g.actor, form.values(), row, form.uid.data)
            flash_success(_("%(name)s was saved.", name=saved.label))
            if host := find_visible(g.actor, saved.project_id):
                return redirect_to("desk.project", id=host.id)
            return redirect_to("desk.need", id=saved.id)
    return show_form(form, "projects/need.html", need=row)


@bp.route("/needs/<int:id>/state", may="need:edit", methods=["POST"])
def need_state(id: int) -> Response:
    """Set the status of a need."""
    row = queries.get_need(g.actor, id, "need:edit")
    services.set_need_state(row, forms.NeedStateForm().checked().values()["state"])
    flash_success(_("%(name)s was marked “%(state)s”.", name=row.label, state=row.state))
    return back(f"/projects/needs/{id}")
