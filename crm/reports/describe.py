"""What a page and a file say about a report: its days, its teams, its filters and its exchange rates."""

from __future__ import annotations

from crm.core import clock
from crm.core.i18n import formats
from crm.core.words import _, join_facts

from .context import ReportContext
from .definitions import ReportDefinition, ReportFilter
from .params import Args
from .periods import Period

Choices = list[tuple[int, str]]


def describe_context(definition: ReportDefinition, context: ReportContext, teams: Choices) -> str:
    """Return the days of the period, the moment whose records are shown, and the teams."""
    now, names = describe_moment(context), name_teams(context, teams)
    if not definition.period:
        return join_facts((_("As of %(now)s", now=now), names))
    return join_facts((describe_days(context.period), _("as of %(now)s", now=now), names))


def describe_days(period: Period) -> str:
    """Return the first and the last day of a period."""
    first, last = (formats.day(day, full=True) for day in (period.first, period.last))
    return _("%(first)s to %(last)s", first=first, last=last)


def describe_moment(context: ReportContext, *, full: bool | None = None) -> str:
    """Return the day or moment whose records a report shows; `full` adds the year to the moment."""
    return formats.day(context.as_of, full=True) if context.is_past else formats.moment(clock.now(), full=full)


def name_teams(context: ReportContext, teams: Choices) -> str:
    team_ids = context.scope.teams
    return _("all teams") if team_ids is None else ", ".join(name for i, name in teams if i in team_ids)


def describe_choices(
    definition: ReportDefinition, context: ReportContext, args: Args, teams: Choices, users: Choices
) -> str:
    """Return what is chosen in the form above a report: "Group by: Sector · Counselor: Anna Reyes"."""
    scope = context.scope
    chosen = [(_("Period"), context.period.name)] if context.period.award_id else []
    chosen += [(_("Group by"), str(label)) for code, label in definition.groupings if code == context.by]
    if ReportFilter.team.value in args:
        chosen.append((_("Team"), name_teams(context, teams)))
    if ReportFilter.counselor.value in args and scope.counselor_id:
        chosen.append((_("Counselor"), dict(users).get(scope.counselor_id, "")))
    if scope.path:
        chosen.append((_("Sales path"), str(scope.path)))
    return join_facts(f"{label}: {text}" for label, text in chosen) or _("All")


def list_facts(
    definition: ReportDefinition, context: ReportContext, teams: Choices, users: Choices
) -> list[tuple[str, str]]:
    """Return what the first page or sheet of a file says about the report, as labels and texts."""
    scope, no_limit = context.scope, _("All")
    rates = [
        _(
            "%(currency)s: US$ %(rate)s (%(day)s)",
            currency=currency,
            rate=formats.rate(rate.usd),
            day=formats.day(rate.on, full=True),
        )
        for currency, rate in sorted(context.rates.items())
        if rate.on
    ]
    facts = [(_("Period"), f"{context.period.name}, {describe_days(context.period)}")] if definition.period else []
    facts.append((_("Team"), name_teams(context, teams)))
    if ReportFilter.counselor in definition.filters:
        facts.append((_("Counselor"), dict(users).get(scope.counselor_id or 0, no_limit)))
    if ReportFilter.path in definition.filters:
        facts.append((_("Sales path"), str(scope.path) if scope.path else no_limit))
    facts.append((_("As of"), describe_moment(context, full=True)))
    return [*facts, (_("Exchange rates"), "; ".join(rates) or _("None"))]
