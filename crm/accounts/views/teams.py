"""Teams, for administrators."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from crm.accounts.forms import TeamForm
from crm.accounts.lists import TEAMS
from crm.accounts.queries import team as one_team
from crm.accounts.services.teams import TeamValues, save_team
from crm.core.data.identity import Team
from crm.core.lists import respond
from crm.core.web.blueprint import flash_success, on_post, show_form
from crm.core.web.redirects import redirect_to
from crm.core.words import _

from .bp import bp


@bp.route("/teams/", may="team:manage")
def teams() -> Response:
    """List the teams."""
    return respond(TEAMS, g.actor)


@bp.route("/teams/new", may="team:manage", methods=["GET", "POST"])
def new_team() -> Response:
    """Create a team."""
    form = TeamForm()
    with on_post(form) as posted:
        if posted:
            save_team(Team(), TeamValues(**form.values()))
            flash_success(_("Saved."))
            return redirect_to("accounts.teams")
    return show_form(form, "accounts/team_form.html", team=None)


@bp.route("/teams/<int:id>", may="team:manage", methods=["GET", "POST"])
@bp.route("/teams/<int:id>/edit", may="team:manage", methods=["GET", "POST"])
def team(id: int) -> Response:
    """Change a team; a team has no page of its own."""
    row = one_team(id)
    form = TeamForm(obj=row)
    with on_post(form) as posted:
        if posted:
            save_team(row, TeamValues(**form.values()))
            flash_success(_("Saved."))
            return redirect_to("accounts.teams")
    return show_form(form, "accounts/team_form.html", team=row)
