"""The board of leads, moves to another stage, and tests that are marked by hand."""

from __future__ import annotations

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.errors import Invalid, NotFound
from crm.core.lists import parse
from crm.core.lists.filters import build_filter_bar
from crm.core.web.blueprint import flash_success, on_post, render, show_form
from crm.core.web.redirects import back, next_path
from crm.core.words import _
from crm.interactions.paste import parse_pasted_email
from crm.projects import forms, lists, queries, services
from crm.projects.board import load_lead_board
from crm.projects.lead_forms import LeadEmailForm, LeadForm
from crm.projects.lead_proposal import propose_lead
from crm.projects.models import Project
from crm.projects.policy import LEAD_STAGES, LeadStage, LeadTest, missing_lead_tests, sentence_case

from .bp import bp
from .projects import save_part


@bp.route("/board", may="project:see")
def board() -> Response:
    """Show the board of leads by stage."""
    state = parse(lists.BOARD, request.args, g.actor)
    page = build_filter_bar(lists.BOARD, g.actor, state)
    return render("projects/board.html", board=load_lead_board(g.actor, state), page=page, raw=state.raw)


@bp.route("/paste", may="project:make", reads=True, methods=["GET", "POST"])
def paste() -> Response:
    """Read the email of a consulate into the form of a new project, which is saved by `new`."""
    form = LeadEmailForm()
    if request.method == "GET" or not form.validate_on_submit():
        return show_form(form, "projects/paste.html")
    try:
        proposal = propose_lead(g.actor, parse_pasted_email(form.mail.data, today=clock.today(g.actor.zone)))
    except Invalid as problem:
        form.refuse(problem.message, "mail")
        return show_form(form, "projects/paste.html")
    lead = LeadForm(formdata=None, data=proposal.data)
    proposal.apply_to(lead)
    return render("projects/new.html", form=lead, proposal=proposal)


@bp.route("/<int:id>/move", may="project:move", methods=["GET", "POST"])
def move(id: int) -> Response:
    """Move a lead; the unmet tests before the new stage are listed."""
    row = queries.get_project(g.actor, id, "project:move")
    target = _target(row)
    is_forward = target.order > row.lead_stage.order
    missing = missing_lead_tests(target, queries.load_met_tests(row)) if is_forward else ()
    form = forms.LeadStageForm(now=row.lead_stage, missing=missing, data={"stage": target})
    with on_post(form) as posted:
        if posted:
            not_applicable = [t for t in form.not_applicable.chosen if t in missing]
            services.move_lead(g.actor, row, form.values()["stage"], form.why.data, not_applicable)
            flash_success(_("%(name)s was moved to “%(stage)s”.", name=row.label, stage=row.lead_stage))
            return back(url_for("desk.project", id=id), item=id if next_path() else None)
    return show_form(
        form,
        "projects/move.html",
        project=row,
        target=target,
        choices=_list_moves(row),
        missing=missing,
        sentence_case=sentence_case,
        is_last=row.lead_stage is LEAD_STAGES[-1],
        next_url=next_path(),
    )


def _list_moves(row: Project) -> list[tuple[LeadStage, bool]]:
    """Return the other stages, and whether a move there needs no input: forward, with all tests met."""
    met_tests = queries.load_met_tests(row)
    return [
        (stage, stage.order > row.lead_stage.order and not missing_lead_tests(stage, met_tests))
        for stage in LEAD_STAGES
        if stage is not row.lead_stage
    ]


def _target(row: Project) -> LeadStage:
    """Return the stage of the request, else the one after the current stage; after the last one, the one before."""
    code = request.form.get("stage") or request.args.get("to")
    stages_by_code = {s.value: s for s in LEAD_STAGES}
    if code in stages_by_code:
        return stages_by_code[code]
    return LEAD_STAGES[-2] if row.lead_stage is LEAD_STAGES[-1] else LEAD_STAGES[row.lead_stage.order]


@bp.route("/<int:id>/tests/<test>", may="project:move", methods=["GET", "POST"])
def lead_test(id: int, test: str) -> Response:
    """Mark a test as met or as not applicable."""
    row = queries.get_project(g.actor, id, "project:move")
    if test not in {t.value for t in LeadTest}:
        raise NotFound
    form, lead_test = forms.LeadTestForm(data=queries.load_test_values(id, test)), LeadTest.from_code(test)

    def save() -> None:
        services.mark_lead_test(g.actor, row, lead_test, form.values())

    return save_part(row, form, save, sentence_case(lead_test))
