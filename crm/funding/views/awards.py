"""*Funders*: awards with goals and reports, and the rules of a funder."""

from __future__ import annotations

from typing import Any

from flask import g, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.lists import respond
from crm.core.web.blueprint import flash_success, on_post, render, show_form
from crm.core.web.form_flow import go_to, save_form
from crm.core.web.redirects import redirect_to
from crm.core.words import _
from crm.funding import lists
from crm.funding.forms.awards import AwardForm, FunderRulesForm
from crm.funding.goal_links import find_goal_url
from crm.funding.goal_texts import describe_goal, describe_pace, format_goal
from crm.funding.models import Award
from crm.funding.policy.rights import sees_goal
from crm.funding.queries import awards as queries
from crm.funding.queries.assistance import list_client_report, sum_assistance
from crm.funding.queries.filing import list_filed, load_filings
from crm.funding.queries.goals import load_goals
from crm.funding.queries.rules import get_funder, list_active_funders, list_rules
from crm.funding.services.awards import save_award, save_rules

from .bp import bp


@bp.route("/awards/", may="award:see")
def awards() -> Response:
    """List the awards, and the funders with their rules."""
    return render(
        "funding/awards.html",
        awards=queries.list_awards(),
        funders=list_active_funders(),
        today=clock.today(g.actor.zone),
    )


@bp.route("/awards/<int:id>", may="award:see")
def award(id: int) -> Response:
    """Show an award: its goals at the present pace, and its reports."""
    row, filed = queries.get_award(id), list_filed(g.actor, id)
    return render(
        "funding/award.html",
        award=row,
        funder=queries.find_funder_name(row.funder_id),
        goals=load_goals(g.actor, row),
        reports=queries.list_reports(id),
        filed=filed,
        filings=load_filings(filed),
        assistance=sum_assistance(list_client_report(g.actor, id)),
        rules=list_rules(row.funder_id),
        today=clock.today(g.actor.zone),
        describe_goal=describe_goal,
        describe_pace=lambda goal: describe_pace(goal, row.to_on),
        format_goal=format_goal,
        find_goal_url=lambda goal: find_goal_url(row, goal),
    )


@bp.route("/counted-sessions/", may="award:see")
def counted_sessions() -> Response:
    """List the sessions that count for a funder; `goal` narrows them to those of a goal."""
    return respond(lists.COUNTED_SESSIONS, g.actor)


@bp.route("/counted-clients/", may="award:see")
def counted_clients() -> Response:
    """List the clients with sessions that count; `goal` narrows them to those of a goal."""
    return respond(lists.COUNTED_CLIENTS, g.actor)


@bp.route("/awards/new", may="award:edit", methods=["GET", "POST"])
def award_new() -> Response:
    """Add an award."""
    return _award_form(AwardForm(), None)


@bp.route("/awards/<int:id>/edit", may="award:edit", methods=["GET", "POST"])
def award_edit(id: int) -> Response:
    """Edit an award with its reports and goals."""
    row = queries.get_award(id)
    goals = [x for x in queries.list_goals(id) if sees_goal(g.actor, x.team_id, x.user_id)]
    rows: dict[str, Any] = {"reports": queries.list_reports(id), "goals": goals}
    return _award_form(AwardForm(obj=row, **{name: _data(x) for name, x in rows.items()}), row)


def _data(rows: list[Any]) -> list[dict[str, Any]]:
    """Return rows as the data of the rows of a form."""
    return [{column.key: getattr(row, column.key) for column in row.__table__.columns} for row in rows]


def _award_form(form: AwardForm, row: Award | None) -> Response:
    def then(saved: Award) -> Response:
        flash_success(_("Award saved."))
        return redirect_to("funding.award", id=saved.id)

    def save() -> Award:
        return save_award(g.actor, form.values(), row)

    back_url = url_for("funding.award", id=row.id) if row else url_for("funding.awards")
    return save_form(form, save, then, "funding/award_edit.html", award=row, back_url=back_url)


@bp.route("/funders/<int:id>/rules", may="award:edit", methods=["GET", "POST"])
def funder_rules(id: int) -> Response:
    """Edit the rules of a funder that differ from the usual ones."""
    funder = get_funder(id)
    form = FunderRulesForm(obj=funder, rules=_data(list_rules(id)))
    with on_post(form) as posted:
        if posted:
            save_rules(funder, form.values()["rules"])
            return go_to("funding.awards")(None)
    return show_form(form, "funding/rules.html", funder=funder)
