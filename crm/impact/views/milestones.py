"""Pages of milestones: list, forms, confirmation. The page of a milestone belongs to the desk."""

from __future__ import annotations

from typing import Any

from flask import g, request
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.base import row_id
from crm.core.lists import respond
from crm.core.web.blueprint import flash_success
from crm.core.web.form_flow import go_to, go_to_saved, save_form
from crm.core.web.redirects import redirect_to
from crm.core.words import _
from crm.impact import forms, lists, queries, services
from crm.impact.models import Milestone
from crm.impact.prefill import prefill_milestone

from . import bp

PARTS = {"client": "client_id", "opportunity": "opportunity_id", "project": "project_id", "show": "show_id"}
"""Parameters of the address that fill the form, and their fields."""


@bp.route("/", may="milestone:see")
def index() -> Response:
    return respond(lists.MILESTONES, g.actor)


@bp.route("/new", may="milestone:make", methods=["GET", "POST"])
def new() -> Response:
    """Add a milestone; `client`, `opportunity`, `project` and `show` in the address fill the form."""
    parts = {field: i for name, field in PARTS.items() if (i := request.args.get(name, type=row_id))}
    data: dict[str, Any] = prefill_milestone(g.actor, parts) if request.method == "GET" else {}
    form = forms.MilestoneForm(data=data)

    def save() -> Milestone:
        return services.add_milestone(g.actor, form.values(), uid=form.uid.data)

    return save_form(form, save, go_to_saved("desk.milestone"), "impact/edit.html", milestone=None)


@bp.route("/<int:id>/edit", may="milestone:edit", methods=["GET", "POST"])
def edit(id: int) -> Response:
    row = queries.get_milestone(g.actor, id, "milestone:edit")
    form = forms.MilestoneEditForm(obj=row)

    def save() -> None:
        services.change_milestone(g.actor, row, form.values())

    return save_form(form, save, go_to("desk.milestone", id=id), "impact/edit.html", milestone=row)


@bp.route("/<int:id>/report", may="milestone:edit", methods=["POST"])
def report(id: int) -> Response:
    """Move the opportunity of a confirmed milestone to *Impact reported*."""
    opportunity = services.report_impact(g.actor, queries.get_milestone(g.actor, id, "milestone:edit"))
    flash_success(_("%(name)s was moved to %(stage)s.", name=opportunity.label, stage=opportunity.stage))
    return redirect_to("desk.milestone", id=id)


@bp.route("/<int:id>/confirm", may="milestone:edit", methods=["GET", "POST"])
def confirm(id: int) -> Response:
    """Record that the client confirmed a result."""
    row = queries.get_milestone(g.actor, id, "milestone:edit")
    form = forms.ConfirmationForm(obj=row)
    if request.method == "GET" and row.confirmed_on is None:
        form.confirmed_on.data = clock.today(g.actor.zone)

    def save() -> None:
        services.change_milestone(g.actor, row, form.values())

    then = go_to("desk.milestone", _("Confirmation saved."), id=id)
    return save_form(form, save, then, "impact/confirm.html", milestone=row)
