"""*Data quality*: what is missing or old, with links to exactly the records that are counted."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.base import row_id
from crm.core.forms.choice_sources import team_choices
from crm.core.forms.params import bad_address
from crm.core.hooks import QUALITY_CHECKS
from crm.core.lists import respond
from crm.core.policy import can
from crm.core.web.blueprint import render
from crm.core.words import Lazy, _
from crm.funding import lists
from crm.funding.queries import quality as queries
from crm.funding.queries.assistance_checks import count_issues

from .bp import bp


class QualityFigure(NamedTuple):
    """A figure of the page, and the list of exactly the records that it counts."""

    label: str | Lazy
    number: int
    url: str


class QualitySection(NamedTuple):
    """Figures under one heading."""

    title: str
    figures: list[QualityFigure]
    note: str = ""


@bp.route("/data-quality", may="funding:see")
def quality() -> Response:
    """Show what is missing or old; `team` narrows it."""
    teams = team_choices(g.actor)
    team_id = _chosen_team(dict(teams))
    sections = _sections(team_id)
    return render(
        "funding/quality.html",
        sections=sections,
        teams=teams,
        team_id=team_id,
        total=sum(figure.number for section in sections for figure in section.figures),
    )


def _sections(team_id: int | None) -> list[QualitySection]:
    team: dict[str, Any] = {} if team_id is None else {"team": team_id}
    clients = queries.count_client_gaps(g.actor, team_id)
    sessions = queries.count_session_gaps(g.actor, team_id)
    without_step = queries.count_opportunities_without_step(g.actor, team_id)
    step_url = url_for("opportunities.index", light="none", state="open", **team)
    other_figures = [QualityFigure(_("Open opportunities without a next step"), without_step, step_url)]
    other_figures += [QualityFigure(*figure) for check in QUALITY_CHECKS for figure in check(g.actor, team_id)]
    return [
        QualitySection(
            _("Clients"),
            [QualityFigure(x.label, n, url_for("funding.clients", gap=x.value, **team)) for x, n in clients.items()],
        ),
        QualitySection(
            _("Interactions since October 1"),
            [QualityFigure(x.label, n, url_for("funding.sessions", gap=x.value, **team)) for x, n in sessions.items()],
            _("Only reportable sessions need minutes and a funder. The Activity report also counts the others."),
        ),
        *([_assistance_section(team_id)] if can(g.actor, "award:see") else []),
        QualitySection(_("Other records"), other_figures),
    ]


def _assistance_section(team_id: int | None) -> QualitySection:
    team: dict[str, Any] = {} if team_id is None else {"team": team_id}
    counts = count_issues(g.actor, team_id, clock.today(g.actor.zone))
    figures = [
        QualityFigure(x.label, n, url_for("funding.assistance", issue=x.value, **team)) for x, n in counts.items()
    ]
    return QualitySection(_("Assistance"), figures)


def _chosen_team(teams: dict[int, str]) -> int | None:
    """Return the team of the address. Raises BadRequest for a team that the user may not choose."""
    text = request.args.get("team")
    if not text:
        return None
    try:
        team_id = row_id(text)
    except ValueError:
        team_id = -1
    if team_id not in teams:
        raise bad_address()
    return team_id


@bp.route("/clients", may="funding:see")
def clients() -> Response:
    """List the clients with missing data."""
    return respond(lists.CLIENT_GAPS, g.actor)


@bp.route("/interactions", may="funding:see")
def sessions() -> Response:
    """List the interactions with missing data."""
    return respond(lists.SESSION_GAPS, g.actor)
