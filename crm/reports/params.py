"""From the address of a report to its scope and period; the choices are remembered for the session."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flask import request, session

from crm.core import clock
from crm.core.errors import BadRequest
from crm.core.forms.choice_sources import team_choices
from crm.core.forms.params import bad_address, is_number, parse_day
from crm.core.policy import Actor, Role, can
from crm.core.words import LabeledEnum
from crm.funding.queries.awards import list_started_awards
from crm.opportunities.policy import SalesPath
from crm.reference.queries import load_rates

from .context import ReportContext
from .definitions import ReportDefinition
from .periods import Period, PeriodKind, find_award_period, find_period
from .queries import Scope

FORMATS = ("csv", "xlsx", "pdf")
PAGE_ROWS, FILE_ROWS = 10, 100_000
"""How many rows a table of records has on the page and in files."""
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)
SESSION_KEY = "reports"
Args = dict[str, str]


def read_report(definition: ReportDefinition, actor: Actor) -> tuple[Args, ReportContext]:
    """Return the parameters of the address and what they name; without any, the choices that the user made last.

    Raises BadRequest for parameters that the report doesn't have, and for values that are not valid.
    """
    if request.args:
        args = _check_args(definition)
        return args, _read_context(definition, actor, args)
    args = dict(session.get(SESSION_KEY, {}).get(definition.name, {}))
    try:
        return args, _read_context(definition, actor, args)
    except BadRequest:  # such as a team that the user has left
        return {}, _read_context(definition, actor, {})


def _check_args(definition: ReportDefinition) -> Args:
    args = {k: x for k, x in request.args.items() if x and k != "choices"}
    if args.keys() - definition.args - {"as"} or args.get("as", "csv") not in FORMATS:
        raise bad_address()
    return args


def remember_args(definition: ReportDefinition, args: Args) -> None:
    """Remember the choices of a report that was shown, until the user signs out; not the day of its period.

    A link from a dashboard or an email (`choices=default`) changes none.
    """
    if request.args.get("choices") == "default":
        return
    choices = {k: x for k, x in args.items() if k not in ("as", "at")}
    saved = session.get(SESSION_KEY, {})
    if saved.get(definition.name, {}) != choices:
        session[SESSION_KEY] = saved | {definition.name: choices}


def _read_context(definition: ReportDefinition, actor: Actor, args: Args) -> ReportContext:
    scope, period = _scope(definition, actor, args), _period(definition, actor, args)
    return build_context(definition, scope, period, FILE_ROWS if "as" in args else PAGE_ROWS, args.get("by", ""))


def build_context(
    definition: ReportDefinition, scope: Scope, period: Period, limit: int = PAGE_ROWS, by: str = ""
) -> ReportContext:
    """Return the context of a report, with the exchange rates of its day."""
    codes = [code for code, _label in definition.groupings]
    if by and by not in codes:
        raise bad_address()
    rates = load_rates(min(period.last, scope.day))
    return ReportContext(scope, period, rates, limit, by=by or next(iter(codes), ""))


def default_context(
    definition: ReportDefinition, actor: Actor, limit: int = PAGE_ROWS, day: date | None = None
) -> ReportContext:
    """Return the context with which a report opens: all teams of the actor, in the period of a day, else of today."""
    period = _period(definition, actor, {"at": day.isoformat()} if day else {})
    return build_context(definition, _scope(definition, actor, {}), period, limit)


def _scope(definition: ReportDefinition, actor: Actor, args: Args) -> Scope:
    """Return the actor's teams, or all for those who see all, and the filters."""
    team_ids = [i for i, _name in team_choices(actor)]
    team, counselor = (parse_id(args[name]) if name in args else None for name in ("team", "counselor"))
    if team is not None and team not in team_ids:
        raise bad_address()
    chosen = None if actor.sees_all_teams else tuple(team_ids)
    if team is not None:
        chosen = (team,)
    scope = Scope(actor, chosen, counselor, _code(SalesPath, args.get("path")))
    is_own = definition.is_own_for_staff and actor.role is Role.staff
    return replace(scope, counselor_id=actor.id) if is_own else scope


def parse_id(text: str) -> int:
    """Return the id in a parameter. Raises BadRequest."""
    if not is_number(text):
        raise bad_address()
    return int(text)


def _code(kind: type[LabeledEnum], text: str | None) -> Any:
    try:
        return kind.from_code(text) if text else None
    except ValueError as error:
        raise bad_address() from error


def _period(definition: ReportDefinition, actor: Actor, args: Args) -> Period:
    if "award" in args:
        return _award_period(actor, parse_id(args["award"]))
    try:
        day = parse_day(args["at"]) if "at" in args else clock.today(actor.zone)
    except ValueError as error:
        raise bad_address() from error
    day = min(max(day, FIRST_DAY), LAST_DAY)
    return find_period(_code(PeriodKind, args.get("period")) or definition.period or PeriodKind.federal, day)


def _award_period(actor: Actor, award_id: int) -> Period:
    """Return the period of an award that has begun, for those who see funders."""
    today = clock.today(actor.zone)
    award = next((row for row in list_started_awards(today) if row.id == award_id), None)
    if award is None or not can(actor, "award:see"):
        raise bad_address()
    return find_award_period(award.id, award.name, award.from_on, award.to_on, today)
