"""Pages of opportunities: board, list, form, move, exit tests."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.base import row_id
from crm.core.data.record import find_visible, refuse_archived
from crm.core.errors import NotFound
from crm.core.i18n import formats
from crm.core.lists import Page, parse, respond
from crm.core.lists.filters import build_filter_bar
from crm.core.lists.query import build_filtered
from crm.core.lists.state import ListState
from crm.core.policy import can
from crm.core.web import layout
from crm.core.web.blueprint import Feature, flash_error, flash_success, on_post, render, show_form
from crm.core.web.commands import Command, add_command
from crm.core.web.form_flow import go_back, go_to_saved, save_form
from crm.core.web.redirects import back, next_path, redirect_to
from crm.core.words import _, _l, ngettext
from crm.matching.policy import MatchState
from crm.matching.queries import get_match
from crm.matching.services import describe_dismissal
from crm.records.queries import evidence_of

from . import forms, lists, queries, services
from .board import load_board
from .evidence import load_exit_tests
from .models import Opportunity
from .money import load_sums
from .options import options_for
from .panels import evidence_url
from .policy import ExitTest, OpportunityStage
from .rates import MIN_CLOSED, list_rated_teams, load_team_rates

PART_NAMES = {
    "client_id": "client",
    "project_id": "project",
    "product_id": "product",
    "buyer_id": "buyer",
    "need_id": "need",
    "representation_id": "rep",
}
"""The parts of an opportunity and their names in URLs."""
RESULTS = (OpportunityStage.contracted, OpportunityStage.delivering)
"""The stages in which results are recorded."""
bp = Feature("opportunities", __name__, url_prefix="/opportunities")
layout.add_nav_entry("opportunities.board", _l("Pipeline"), "pipeline", 50)
add_command(Command("opportunities.index", _l("Opportunities"), "target", _l("List")))
add_command(Command("opportunities.rates", _l("Default probabilities"), "target", _l("Win rate by stage")))
layout.add_new_entry("opportunities.new", _l("Opportunity"), "target", 40, _l("New opportunity"))


@bp.route("/", may="opportunity:see")
def index() -> Response:
    """Show the list with its sums."""
    return respond(lists.OPPORTUNITIES, g.actor, load_more=_load_more)


def _load_more(state: ListState, page: Page) -> dict[str, Any]:
    """Return the sums; for an empty list, whether it lists all that is open or all that lacks a next step."""
    params, chips = dict(page.params), {chip.name for chip in page.chips}
    view = params.get("view")
    is_open = view == "open" or params.get("state") == "open"
    lists_missing_steps = view == "nostep" or (is_open and params.get("light") == "none")
    has_next_steps = lists_missing_steps and chips <= {"light", "state", "team", "counselor"}
    return {
        "total": load_sums(build_filtered(lists.SUMS_LISTING, g.actor, state), clock.today(g.actor.zone)),
        "has_next_steps": has_next_steps,
        "is_complete": has_next_steps or (is_open and len(page.chips) == 1),
    }


@bp.route("/board", may="opportunity:see")
def board() -> Response:
    state = parse(lists.BOARD, request.args, g.actor)
    pipeline = load_board(g.actor, tuple(state.values.items()))
    return render(
        "opportunities/board.html",
        board=pipeline,
        page=build_filter_bar(lists.BOARD, g.actor, state),
        raw=state.raw,
        label_of=formats.memoize_format(str),
        light_of=formats.memoize_format(formats.light),
        age_of=formats.memoize_format(lambda days: _("%(n)s d in stage", n=days)),
    )


@bp.route("/rates", may="probability:set")
def rates() -> Response:
    """Show the default probabilities of the teams, beside their win rates."""
    teams = [(i, name, load_team_rates(i)) for i, name in list_rated_teams(g.actor)]
    return render("opportunities/rates.html", teams=teams, min_closed=MIN_CLOSED)


@bp.route("/rates/<int:id>/own", may="probability:set", methods=["POST"])
def own_rates(id: int) -> Response:
    """Use the win rates of a team from now on."""
    _check_team(id)
    return _redirect_after_choice(services.choose_own_rates(g.actor, id))


@bp.route("/rates/<int:id>/standard", may="probability:set", methods=["POST"])
def standard_rates(id: int) -> Response:
    """Use the standard probabilities for a team again."""
    _check_team(id)
    return _redirect_after_choice(services.choose_standard_rates(g.actor, id))


def _check_team(team_id: int) -> None:
    if team_id not in dict(list_rated_teams(g.actor)):
        raise NotFound


def _redirect_after_choice(count: int) -> Response:
    flash_success(
        ngettext(
            "Default probabilities saved. %(num)s open opportunity changed.",
            "Default probabilities saved. %(num)s open opportunities changed.",
            count,
        )
    )
    return redirect_to("opportunities.rates")


@bp.route("/new", may="opportunity:make", methods=["GET", "POST"])
def new() -> Response:
    """Add an opportunity; `client`, `project`, `product`, `buyer`, `need` and `rep` in the address fill the form."""
    prefilled = {field: i for field, name in PART_NAMES.items() if (i := request.args.get(name, type=row_id))}
    defaults = prefilled | {"counselor_id": queries.default_counselor(g.actor, prefilled.get("client_id"))}
    form = forms.OpportunityForm(data=defaults if request.method == "GET" else {})

    def save() -> Opportunity:
        return services.add_opportunity(g.actor, form.values(), uid=form.uid.data)

    return save_form(form, save, go_to_saved("desk.opportunity"), "opportunities/edit.html", opportunity=None)


@bp.route("/from-match/<int:id>", may="opportunity:make", methods=["POST"])
def accept_match(id: int) -> Response:
    """Add the opportunity of a match; where more is to be chosen, open the form with what the match knows.

    A match with an opportunity leads there, a dismissed one without to its page, which says why.
    """
    match = get_match(g.actor, id, "match:decide")
    existing = find_visible(g.actor, match.opportunity_id)
    if existing is not None:
        return redirect_to("desk.opportunity", id=existing.id)
    if match.state is MatchState.dismissed:
        flash_error(describe_dismissal(match.need.id, match.product.id))
        return redirect_to("matching.show", id=id)
    parts = queries.parts_of_match(g.actor, match)
    if queries.needs_team(g.actor, parts["client_id"]):
        return redirect_to("opportunities.new", **{PART_NAMES[field]: i for field, i in parts.items() if i})
    row = services.add_opportunity(g.actor, parts)
    flash_success(_("%(name)s was added to the pipeline.", name=row.label))
    return redirect_to("desk.opportunity", id=row.id)


@bp.route("/<int:id>/edit", may="opportunity:edit", methods=["GET", "POST"])
def edit(id: int) -> Response:
    row = queries.get_opportunity(g.actor, id, "opportunity:edit")
    form = forms.OpportunityEditForm(obj=row)
    with on_post(form) as posted:
        if posted:
            values = form.values()
            services.change_opportunity(g.actor, row, values, values.pop("why"))
            flash_success(_("Changes saved."))
            return redirect_to("desk.opportunity", id=id)
    return show_form(form, "opportunities/edit.html", opportunity=row)


@bp.route("/<int:id>/move", may="opportunity:move", methods=["GET", "POST"])
def move(id: int) -> Response:
    """List the stages to move to, or move; `to` in the address selects a stage."""
    row = queries.get_opportunity(g.actor, id, "opportunity:move")
    form = forms.StageForm(obj=row)
    form.stage.data = form.stage.data if request.method == "POST" else _stage_named(request.args.get("to"))
    with on_post(form) as posted:
        if posted:
            refuse_archived(row)
            return _redirect_after_move(row, form)
    options = options_for(g.actor, row, load_exit_tests(row))
    opportunity = queries.load_opportunities(g.actor, [id])[id]
    return show_form(
        form,
        "opportunities/move.html",
        row=row,
        opportunity=opportunity,
        options=options,
        chosen=options.find(form.stage.data),
        askers=queries.list_export_reviewers(row),
        evidence_url=partial(evidence_url, g.actor, row),
        next_url=next_path(),
    )


def _stage_named(code: str | None) -> OpportunityStage | None:
    return next((stage for stage in OpportunityStage if str(stage.value) == code), None)


def _redirect_after_move(row: Opportunity, form: forms.StageForm) -> Response:
    services.move_opportunity(g.actor, row, form.target_stage, **form.to_values())
    more = (_("Add milestone"), url_for("impact.new", opportunity=row.id)) if row.stage in RESULTS else None
    flash_success(_("%(name)s was moved to %(stage)s.", name=row.label, stage=row.stage), more=more)
    is_visible = can(g.actor, "opportunity:see", row)
    page = url_for("desk.opportunity", id=row.id) if is_visible else url_for("opportunities.board")
    return back(page, item=row.id)


@bp.route("/<int:id>/tests/<code>", may="opportunity:move", methods=["GET", "POST"])
def exit_test(id: int, code: str) -> Response:
    """Mark an exit test by hand."""
    row = queries.get_opportunity(g.actor, id, "opportunity:move")
    exit_test, evidence = next((t for t in ExitTest if str(t.value) == code), None), evidence_of(id).get(code)
    if exit_test is None:
        raise NotFound
    form = forms.ExitTestForm(data=evidence._asdict() if evidence else {})

    def save() -> None:
        services.mark_exit_test(g.actor, row, exit_test, form.state.data, form.where.data, form.result.data)

    then = go_back(url_for("desk.opportunity", id=id))
    return save_form(
        form, save, then, "opportunities/exit_test.html", opportunity=row, test=exit_test, next_url=next_path()
    )
