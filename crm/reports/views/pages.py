"""Pages of reports, and the lists that their numbers open."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import g
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.together import run_together
from crm.core.forms.choice_sources import team_choices
from crm.core.lists import respond
from crm.core.policy import can
from crm.core.web.blueprint import render
from crm.core.web.commands import Command, add_command
from crm.core.words import _l
from crm.funding.queries.awards import list_started_awards
from crm.opportunities.policy import SalesPath
from crm.reports import files, lists
from crm.reports.context import ReportContext, enum_choices
from crm.reports.custom.saved import list_saved
from crm.reports.definitions import ReportDefinition
from crm.reports.describe import describe_choices, describe_context, list_facts
from crm.reports.layout import Report
from crm.reports.params import Args, read_report, remember_args
from crm.reports.periods import PeriodKind
from crm.reports.queries import scope_users
from crm.reports.registry import REPORTS, list_by_group

from . import bp

add_command(Command("reports.leads", _l("Leads without a client"), "project", _l("Report")))
add_command(Command("reports.follow_ups", _l("Overdue follow-ups"), "promise", _l("Report")))


@bp.route("/", may="report:see")
def index() -> Response:
    """Show the list of reports, grouped by who asks."""
    return render("reports/index.html", groups=list_by_group(), saved_reports=list_saved(g.actor))


def show_report(definition: ReportDefinition) -> Response:
    """Show a report, or send it as a file (`as`: csv, xlsx or pdf)."""
    args, context = read_report(definition, g.actor)
    report, colleagues, awards = run_together(
        partial(definition.build, context),
        partial(scope_users, context.scope),
        partial(_award_choices, definition),
    )
    if "as" in args:
        facts = list_facts(definition, context, team_choices(g.actor), colleagues)
        return _send(definition, report, facts, args)
    remember_args(definition, args)
    controls = _controls(definition, context, args, colleagues) | {"awards": awards}
    return render("reports/report.html", report=report, definition=definition, **controls)


def _send(definition: ReportDefinition, report: Report, facts: list[tuple[str, str]], args: Args) -> Response:
    response, log = files.export_report(definition, report, facts, args["as"], g.actor, args)
    g.after_commit.append(log)
    return response


def _controls(
    definition: ReportDefinition, context: ReportContext, args: Args, colleagues: list[tuple[int, str]]
) -> dict[str, Any]:
    """Return what the user can choose, and what is chosen."""
    teams = team_choices(g.actor)
    return {
        "args": args,
        "scope_args": {name: text for name, text in args.items() if name not in ("period", "at", "award")},
        "period": context.period,
        "shown_day": context.shown_day,
        "kinds": list(PeriodKind),
        "description": describe_context(definition, context, teams),
        "choices": describe_choices(definition, context, args, teams, colleagues),
        "groupings": definition.groupings,
        "by": context.by,
        "teams": teams,
        "colleagues": colleagues,
        "paths": enum_choices(SalesPath),
    }


def _award_choices(definition: ReportDefinition) -> list[tuple[int, str]]:
    """Return the awards whose time to date can be chosen, for those who see funders."""
    if not definition.period or not can(g.actor, "award:see"):
        return []
    return [(row.id, row.name) for row in list_started_awards(clock.today(g.actor.zone))]


def _view_of(definition: ReportDefinition) -> Callable[[], Response]:
    def view() -> Response:
        return show_report(definition)

    return view


for _report in REPORTS:
    bp.route(f"/{_report.name}", may="report:see", endpoint=_report.name)(_view_of(_report))
    add_command(Command(_report.endpoint, _report.title, _report.icon, _l("Report")))


@bp.route("/leads", may="report:see")
def leads() -> Response:
    """List leads without a client."""
    return respond(lists.LEADS, g.actor)


@bp.route("/overdue-follow-ups", may="report:see")
def follow_ups() -> Response:
    """List overdue follow-ups."""
    return respond(lists.OVERDUE_FOLLOW_UPS, g.actor)


@bp.route("/open-follow-ups", may="report:see")
def open_follow_ups() -> Response:
    """List open follow-ups of both sides."""
    return respond(lists.OPEN_FOLLOW_UPS, g.actor)
