"""Pages of projects and needs: list, forms, parties, stage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g, request
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.base import row_id
from crm.core.data.record import find_visible, get_visible
from crm.core.errors import NotFound
from crm.core.hooks import RECORD_FORMS
from crm.core.lists import respond
from crm.core.policy import can
from crm.core.web import layout
from crm.core.web.blueprint import Feature, flash_success, on_post, show_form
from crm.core.web.form_flow import go_to, go_to_saved, save_form
from crm.core.web.redirects import back, redirect_to
from crm.core.words import _, _l
from crm.organizations.models import Organization

from . import forms, lists, queries, services
from .lead_forms import LeadForm
from .models import Need, Project, ProjectParty
from .policy import LEAD_STAGES, LeadStage, LeadTest, missing_lead_tests, sentence_case

bp = Feature("projects", __name__, url_prefix="/projects")
layout.add_nav_entry("projects.index", _l("Projects"), "project", 40)
layout.new("projects.new", _l("Project"), "project", 50, _l("New project"))
RECORD_FORMS["need"] = "projects.need", _l("Add need")


@bp.route("/", may="project:see")
def index() -> Response:
    """Show the list."""
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
    """Edit a project."""
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


def _save_part(row: Project, form: Any, save: Callable[[], Any], title: object, submit: object = None) -> Response:
    then = go_to("desk.project", id=row.id)
    submit = submit or _l("Save changes")
    return save_form(form, save, then, "projects/part.html", project=row, title=title, submit=submit)


@bp.route("/<int:id>/parties/new", may="project:edit", methods=["GET", "POST"])
def party(id: int) -> Response:
    """Add a party."""
    row = queries.get_project(g.actor, id, "project:edit")
    form = forms.ProjectPartyForm()
    return _save_part(row, form, lambda: services.save_party(row, form.values()), _l("Party"), _l("Add party"))


@bp.route("/<int:id>/parties/<int:row>", may="project:edit", methods=["GET", "POST"])
def party_edit(id: int, row: int) -> Response:
    """Edit the role of a party or the person we know there."""
    project, party_row, _organization = _party(id, row)
    form = forms.ProjectPartyForm(obj=party_row)
    return _save_part(project, form, lambda: services.save_party(project, form.values(), party_row), _l("Party"))


@bp.route("/<int:id>/parties/<int:row>/remove", may="project:edit", methods=["POST"])
def party_remove(id: int, row: int) -> Response:
    """Remove a party."""
    _project, party_row, organization = _party(id, row)
    services.remove_party(party_row)
    flash_success(_("%(name)s was removed.", name=organization.label or organization.native_label))
    return redirect_to("desk.project", id=id)


def _party(id: int, row: int) -> tuple[Project, ProjectParty, Organization]:
    project = queries.get_project(g.actor, id, "project:edit")
    party_row = queries.get_party(id, row)
    return project, party_row, get_visible(Organization, g.actor, party_row.organization_id)


@bp.route("/<int:id>/move", may="project:move", methods=["GET", "POST"])
def move(id: int) -> Response:
    """Move a lead; the unmet tests before the new stage are listed."""
    row = queries.get_project(g.actor, id, "project:move")
    target = _target(row)
    missing = missing_lead_tests(target, queries.load_met_tests(row))
    form = forms.LeadStageForm(now=row.lead_stage, missing=missing, data={"stage": target})
    with on_post(form) as posted:
        if posted:
            not_applicable = [t for t in form.not_applicable.chosen if t in missing]
            services.move_lead(g.actor, row, form.values()["stage"], form.why.data, not_applicable)
            flash_success(_("%(name)s was moved to “%(stage)s”.", name=row.label, stage=row.lead_stage))
            return redirect_to("desk.project", id=id)
    return show_form(
        form, "projects/move.html", project=row, target=target, missing=missing, sentence_case=sentence_case
    )


def _target(row: Project) -> LeadStage:
    """Return the stage of the request, else the one after the current stage."""
    code = request.form.get("stage") or request.args.get("to")
    stages_by_code = {s.value: s for s in LEAD_STAGES}
    if code in stages_by_code:
        return stages_by_code[code]
    return LEAD_STAGES[min(row.lead_stage.order, len(LEAD_STAGES) - 1)]


@bp.route("/<int:id>/tests/<test>", may="project:move", methods=["GET", "POST"])
def lead_test(id: int, test: str) -> Response:
    """Mark a test as met or as not applicable."""
    row = queries.get_project(g.actor, id, "project:move")
    if test not in {t.value for t in LeadTest}:
        raise NotFound
    form, lead_test = forms.LeadTestForm(data=queries.load_test_values(id, test)), LeadTest.from_code(test)

    def save() -> None:
        services.mark_lead_test(g.actor, row, lead_test, form.values())

    return _save_part(row, form, save, sentence_case(lead_test))


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
    )
    return _need_form(form, None)


@bp.route("/needs/<int:id>/edit", may="need:edit", methods=["GET", "POST"])
def need_edit(id: int) -> Response:
    """Edit a need."""
    row = queries.get_need(g.actor, id, "need:edit")
    return _need_form(forms.NeedForm(obj=row), row)


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
