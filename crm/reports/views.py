"""Pages of reports, and the lists that their numbers open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import g, request
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.errors import BadRequest
from crm.core.forms.choice_sources import team_choices
from crm.core.forms.params import parse_day
from crm.core.i18n import formats
from crm.core.lists import respond
from crm.core.web import layout
from crm.core.web.blueprint import Feature, render
from crm.core.web.commands import Command, add_command
from crm.core.words import LabeledEnum, _, _l
from crm.opportunities.policy import SalesPath

from . import files, lists
from .context import ReportContext, enum_choices
from .gifts import build_gift_report
from .layout import Report
from .losses import build_loss_report
from .officials import build_officials_report
from .periods import Period, PeriodKind, find_period
from .pipeline import FILE_ROWS, PAGE_ROWS, build_pipeline_report, load_context
from .queries import Scope, scope_users

bp = Feature("reports", __name__, url_prefix="/reports")
layout.add_nav_entry("reports.index", _l("Reports"), "report", 70)
add_command(Command("reports.pipeline", _l("Pipeline report"), "pipeline"))
add_command(Command("reports.losses", _l("Loss report"), "pipeline", _l("Report")))
add_command(Command("reports.officials", _l("Meetings with officials"), "meeting", _l("Report")))
add_command(Command("reports.gifts", _l("Report on gifts"), "handover", _l("Report")))
add_command(Command("reports.leads", _l("Leads without a client"), "project", _l("Report")))
add_command(Command("reports.follow_ups", _l("Overdue follow-ups"), "promise", _l("Report")))
ALLOWED_ARGS = frozenset({"period", "at", "team", "counselor", "path", "as"})


@bp.route("/", may="report:see")
def index() -> Response:
    """Show the list of reports."""
    return render("reports/index.html")


@bp.route("/pipeline", may="report:see")
def pipeline() -> Response:
    """Show the pipeline report, or send it as a file (`as`: csv or xlsx)."""
    return _show_report(build_pipeline_report)


@bp.route("/losses", may="report:see")
def losses() -> Response:
    """Show the report on lost opportunities, or send it as a file (`as`: csv or xlsx)."""
    return _show_report(build_loss_report)


@bp.route("/officials", may="report:see")
def officials() -> Response:
    """Show the report on meetings with officials, or send it as a file (`as`: csv or xlsx)."""
    return _show_report(build_officials_report)


@bp.route("/gifts", may="report:see")
def gifts() -> Response:
    """Show the report on gifts, or send it as a file (`as`: csv or xlsx)."""
    return _show_report(build_gift_report)


def _show_report(build: Callable[[ReportContext], Report]) -> Response:
    args = {k: x for k, x in request.args.items() if x}
    if args.keys() - ALLOWED_ARGS or args.get("as", "csv") not in ("csv", "xlsx"):
        raise BadRequest(_("This address isn't valid. Open the page again from the menu."))
    teams = team_choices(g.actor)
    scope, period = _scope(args, [i for i, _name in teams]), _period(args)
    context = load_context(scope, period, FILE_ROWS if "as" in args else PAGE_ROWS)
    report = build(context)
    colleagues = scope_users(scope)
    if "as" in args:
        facts = _facts(context, teams, colleagues)
        response, log = files.export_report(report, facts, args["as"], g.actor, args)
        g.after_commit.append(log)
        return response
    return render(
        "reports/report.html",
        report=report,
        period=period,
        args=args,
        scope_args={name: text for name, text in args.items() if name not in ("period", "at")},
        description=_describe(context, teams),
        teams=teams,
        colleagues=colleagues,
        paths=enum_choices(SalesPath),
        kinds=list(PeriodKind),
    )


Choices = list[tuple[int, str]]


def _describe(context: ReportContext, teams: Choices) -> str:
    """Return the days of the period, the moment whose pipeline is shown, and the teams."""
    return " · ".join((_days(context.period), _("as of %(now)s", now=_as_of(context)), _team_names(context, teams)))


def _days(period: Period) -> str:
    first, last = (formats.day(day, full=True) for day in (period.first, period.last))
    return _("%(first)s to %(last)s", first=first, last=last)


def _as_of(context: ReportContext) -> str:
    return formats.day(context.as_of, full=True) if context.is_past else formats.moment(clock.now())


def _team_names(context: ReportContext, teams: Choices) -> str:
    team_ids = context.scope.teams
    return _("all teams") if team_ids is None else ", ".join(name for i, name in teams if i in team_ids)


def _facts(context: ReportContext, teams: Choices, users: Choices) -> list[tuple[str, str]]:
    """Return what the first sheet of a file says about the report, as labels and texts."""
    scope, no_limit = context.scope, _("All")
    rates = [
        _(
            "%(currency)s: US$ %(rate)s (%(day)s)",
            currency=currency,
            rate=formats.rate(rate.usd),
            day=formats.day(rate.on),
        )
        for currency, rate in sorted(context.rates.items())
        if rate.on
    ]
    return [
        (_("Period"), f"{context.period.name}, {_days(context.period)}"),
        (_("Team"), _team_names(context, teams)),
        (_("Counselor"), dict(users).get(scope.counselor_id or 0, no_limit)),
        (_("Sales path"), str(scope.path) if scope.path else no_limit),
        (_("As of"), _as_of(context)),
        (_("Exchange rates"), "; ".join(rates) or _("None")),
    ]


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


@bp.route("/promises", may="report:see")
def follow_ups() -> Response:
    """List overdue follow-ups."""
    return respond(lists.OVERDUE_FOLLOW_UPS, g.actor)
