"""The list of projects, their forms and their parties."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g, request
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.base import row_id
from crm.core.data.record import get_visible
from crm.core.lists import respond
from crm.core.policy import can
from crm.core.web.blueprint import flash_success
from crm.core.web.form_flow import go_to, go_to_saved, save_form
from crm.core.web.redirects import redirect_to
from crm.core.words import _, _l
from crm.organizations.models import Organization
from crm.projects import forms, lists, queries, services
from crm.projects.lead_forms import LeadForm
from crm.projects.models import Project, ProjectParty

from .bp import bp


@bp.route("/", may="project:see")
def index() -> Response:
    return respond(lists.PROJECTS, g.actor)


@bp.route("/new", may="project:make", methods=["GET", "POST"])
def new() -> Response:
    """Add a project with its parties and needs; `name` and `source` in the address fill the form."""
    prefilled = {"name": request.args.get("name"), "source_id": request.args.get("source", type=row_id)}
    form = LeadForm(
        heard_on=clock.today(g.actor.zone),
        **({k: x for k, x in prefilled.items() if x} if request.method == "GET" else {}),
    )

    def save() -> Project:
        return services.add_lead(g.actor, form.values(), uid=form.uid.data)

    return save_form(form, save, go_to_saved("desk.project"), "projects/new.html")


@bp.route("/<int:id>/edit", may="project:edit", methods=["GET", "POST"])
def edit(id: int) -> Response:
    row = queries.get_project(g.actor, id, "project:edit")
    form = forms.ProjectForm(obj=row, **_form_values(row))
    if not can(g.actor, "record:make_confidential", row):
        del form.confidential

    def save() -> None:
        services.change_project(g.actor, row, form.values())

    return save_form(form, save, go_to("desk.project", id=id), "projects/edit.html", project=row)


def _form_values(row: Project) -> dict[str, Any]:
    bid = row.bid_wall
    return {
        "sectors": [i for i, _name in queries.list_sectors(row.id)],
        **({"bid_day": bid.date(), "bid_time": bid.time()} if bid else {}),
    }


def save_part(row: Project, form: Any, save: Callable[[], Any], title: object, submit: object = None) -> Response:
    """Show the form of a part of a project, or save it and return to the project."""
    then = go_to("desk.project", id=row.id)
    submit = submit or _l("Save changes")
    return save_form(form, save, then, "projects/part.html", project=row, title=title, submit=submit)


@bp.route("/<int:id>/parties/new", may="project:edit", methods=["GET", "POST"])
def party(id: int) -> Response:
    row = queries.get_project(g.actor, id, "project:edit")
    form = forms.ProjectPartyForm(parties=queries.list_party_choices(g.actor, id))
    return save_part(row, form, lambda: services.save_party(row, form.values()), _l("New party"), _l("Add party"))


@bp.route("/<int:id>/parties/<int:row>", may="project:edit", methods=["GET", "POST"])
def party_edit(id: int, row: int) -> Response:
    """Edit the role of a party or the person we know there."""
    project, party_row, _organization = _party(id, row)
    parties = queries.list_party_choices(g.actor, id, without=party_row.organization_id)
    form = forms.ProjectPartyForm(obj=party_row, part_of=project, parties=parties)
    return save_part(project, form, lambda: services.save_party(project, form.values(), party_row), _l("Party"))


@bp.route("/<int:id>/parties/<int:row>/remove", may="project:edit", methods=["POST"])
def party_remove(id: int, row: int) -> Response:
    _project, party_row, organization = _party(id, row)
    services.remove_party(party_row)
    flash_success(_("%(name)s was removed.", name=organization.label or organization.native_label))
    return redirect_to("desk.project", id=id)


def _party(id: int, row: int) -> tuple[Project, ProjectParty, Organization]:
    project = queries.get_project(g.actor, id, "project:edit")
    party_row = queries.get_party(id, row)
    return project, party_row, get_visible(Organization, g.actor, party_row.organization_id)
