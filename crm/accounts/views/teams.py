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
from crm.core.web.form_flow import go_to, save_form
from crm.core.words import _

from .bp import bp


@bp.route("/teams/", may="team:manage")
def teams() -> Response:
    return respond(TEAMS, g.actor)


@bp.route("/teams/new", may="team:manage", methods=["GET", "POST"])
def new_team() -> Response:
    form = TeamForm()

    def save() -> None:
        save_team(Team(), TeamValues(**form.values()))

    return save_form(form, save, go_to("accounts.teams", _("Team added.")), "accounts/team_form.html", team=None)


@bp.route("/teams/<int:id>", may="team:manage", methods=["GET", "POST"])
@bp.route("/teams/<int:id>/edit", may="team:manage", methods=["GET", "POST"])
def team(id: int) -> Response:
    """Change a team; a team has no page of its own."""
    row = one_team(id)
    form = TeamForm(obj=row)

    def save() -> None:
        save_team(row, TeamValues(**form.values()))

    return save_form(form, save, go_to("accounts.teams"), "accounts/team_form.html", team=row)
