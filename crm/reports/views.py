"""Pages of reports, and the lists that their numbers open."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import g, request
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.errors import BadRequest
from crm.core.forms.choice_sources import team_choices, user_choices
from crm.core.forms.params import parse_day
from crm.core.i18n import formats
from crm.core.lists import respond
from crm.core.web import layout
from crm.core.web.blueprint import Feature, render
from crm.core.words import LabeledEnum, _, _l
from crm.opportunities.policy import SalesPath

from . import files, lists
from .context import enum_choices
from .periods import Period, PeriodKind, find_period
from .pipeline import build_pipeline_report
from .queries import Scope

bp = Feature("reports", __name__, url_prefix="/reports")
layout.add_nav_entry("reports.index", _l("Reports"), "report", 70)
ALLOWED_ARGS = frozenset({"period", "at", "team", "counselor", "path", "as"})


@bp.route("/", may="report:see")
def index() -> Response:
    """Show the list of reports."""
    return render("reports/index.html")


@bp.route("/pipeline", may="report:see")
def pipeline() -> Response:
    """Show the pipeline report, or send it as a file (`as`: csv or xlsx)."""
    args = {k: x for k, x in request.args.items() if x}
    if args.keys() - ALLOWED_ARGS or args.get("as", "csv") not in ("csv", "xlsx"):
        raise BadRequest(_("This address isn't valid. Open the page again from the menu."))
    teams = team_choices(g.actor)
    scope, period = _scope(args, [i for i, _name in teams]), _period(args)
    report = build_pipeline_report(scope, period)
    if "as" in args:
        response, log = files.export_report(report, args["as"], g.actor, args)
        g.after_commit.append(log)
        return response
    return render(
        "reports/pipeline.html",
        report=report,
        period=period,
        args=args,
        scope_args={name: text for name, text in args.items() if name not in ("period", "at")},
        description=_describe(scope, period, teams),
        teams=teams,
        colleagues=user_choices(g.actor),
        paths=enum_choices(SalesPath),
        kinds=list(PeriodKind),
    )


def _describe(scope: Scope, period: Period, team_choices: list[tuple[int, str]]) -> str:
    """Return the days of the period, when the report was made, and its teams."""
    first, last = (formats.day(day, full=True) for day in (period.first, period.last))
    team_ids = scope.teams
    names = _("all teams") if team_ids is None else ", ".join(name for i, name in team_choices if i in team_ids)
    days = _("%(first)s to %(last)s", first=first, last=last)
    return " · ".join((days, _("as of %(now)s", now=formats.moment(clock.now())), names))


def _scope(args: dict[str, str], team_ids: list[int]) -> Scope:
    """Return the scope of the address: the user's teams, or all for those who see all, and the filters.

    Raises BadRequest for a team that the user may not see and for values that are not valid.
    """
    team, counselor = _number(args.get("team")), _number(args.get("counselor"))
    if team is not None and team not in team_ids:
        raise BadRequest(_("This address isn't valid. Open the page again from the menu."))
    chosen = (team,) if team is not None else None if g.actor.sees_all_teams else tuple(team_ids)
    return Scope(g.actor, chosen, counselor, _word(SalesPath, args.get("path")))


def _number(text: str | None) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadRequest(_("This address isn't valid. Open the page again from the menu."))
    return int(text)


def _word(kind: type[LabeledEnum], text: str | None) -> Any:
    try:
        return kind.from_code(text) if text else None
    except ValueError as error:
        raise BadRequest(_("This address isn't valid. Open the page again from the menu.")) from error


def _period(args: dict[str, str]) -> Period:
    try:
        day = parse_day(args["at"]) if "at" in args else clock.today(g.actor.zone)
    except ValueError as error:
        raise BadRequest(_("This address isn't valid. Open the page again from the menu.")) from error
    day = min(max(day, date(2000, 1, 1)), date(2100, 1, 1))
    return find_period(_word(PeriodKind, args.get("period")) or PeriodKind.federal, day)


@bp.route("/leads", may="report:see")
def leads() -> Response:
    """List leads without a client."""
    return respond(lists.LEADS, g.actor)


@bp.route("/promises", may="report:see", endpoint="promises")
def overdue_follow_ups() -> Response:
    """List overdue follow-ups."""
    return respond(lists.OVERDUE_FOLLOW_UPS, g.actor)
