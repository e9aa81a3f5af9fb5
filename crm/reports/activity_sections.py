"""Sections of the activity report: by team, by type of interaction, by funder, and by client."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from crm.calendars import FEDERAL_YEAR_MONTH, period_start
from crm.core.i18n import formats
from crm.core.words import _, ngettext

from . import queries
from .cells import count_cell, hours_cell, text_cell
from .context import ReportContext
from .layout import ChartBar, ReportCell, ReportHeading, ReportSection
from .queries import Activity, ActivityTotals, ClientActivity, FunderActivity, TeamActivity


def build_teams_sections(context: ReportContext, activity: Activity) -> list[ReportSection]:
    """Return the comparison of teams, if the report is about several."""
    if context.scope.teams is not None and len(context.scope.teams) == 1:
        return []
    rows = activity.teams
    section = ReportSection(
        name="teams",
        sheet=_("Teams"),
        title=_("What did each team do?"),
        summary=_("An interaction counts for the team of the user who logged it."),
        columns=(
            ReportHeading("team", _("Team")),
            ReportHeading("interactions", _("Interactions"), number=True),
            ReportHeading("contact_hours", _("Contact hours"), number=True),
            ReportHeading("prep_hours", _("Preparation"), number=True, hide_phone=True),
            ReportHeading("travel_hours", _("Travel"), number=True, hide_phone=True),
            ReportHeading("clients", _("Clients"), number=True),
        ),
        rows=[_team_line(row, row.name or _("No team"), _team_url(context, row)) for row in rows],
        totals=_team_line(activity.totals, _("Total"), context.interactions_url()) if rows else [],
        bars=[ChartBar(Decimal(row.contact + row.prep + row.travel), Decimal(row.contact)) for row in rows],
        legend=(_("contact"), _("preparation and travel")),
    )
    return [section]


def _team_url(context: ReportContext, row: TeamActivity) -> str | None:
    if not row.interactions:
        return None
    return context.interactions_url(**({"team": row.team_id} if row.team_id else {"in": "team:"}))


def _team_line(row: TeamActivity | ActivityTotals, name: str, url: str | None) -> list[ReportCell]:
    return [
        text_cell(name, url),
        count_cell(row.interactions, url),
        hours_cell(row.contact),
        hours_cell(row.prep),
        hours_cell(row.travel),
        count_cell(row.clients),
    ]


def build_kinds_section(context: ReportContext, activity: Activity) -> ReportSection:
    """Return how many interactions of each kind there were."""
    rows, totals = activity.kinds, activity.totals
    return ReportSection(
        name="kinds",
        sheet=_("Types"),
        title=_("What kind of interactions?"),
        summary=_("Most often: %(reasons)s.", reasons=rows[0].kind) if rows else _("No interactions in this period."),
        columns=(
            ReportHeading("kind", _("Type")),
            ReportHeading("interactions", _("Interactions"), number=True),
            ReportHeading("contact_hours", _("Contact hours"), number=True),
        ),
        rows=[
            [
                text_cell(str(row.kind), url := context.interactions_url(kind=row.kind.value)),
                count_cell(row.interactions, url),
                hours_cell(row.contact),
            ]
            for row in rows
        ],
        totals=[
            text_cell(_("Total"), context.interactions_url()),
            count_cell(totals.interactions, context.interactions_url()),
            hours_cell(totals.contact),
        ]
        if rows
        else [],
        bars=[ChartBar(Decimal(row.interactions), Decimal(0)) for row in rows],
    )


def build_funders_section(context: ReportContext, rows: Sequence[FunderActivity]) -> ReportSection:
    """Return the interactions, hours and clients of each funder; one for clients of two funders counts for both."""
    return ReportSection(
        name="funders",
        sheet=_("Funders"),
        title=_("For which funders?"),
        summary=_("Interactions for clients, by the funder of the session; one for two funders counts for both."),
        note=_("Sessions marked as not reportable also count."),
        if_empty=_("No interactions for clients in this period."),
        columns=(
            ReportHeading("funder", _("Funder")),
            ReportHeading("interactions", _("Interactions"), number=True),
            ReportHeading("contact_hours", _("Contact hours"), number=True),
            ReportHeading("clients", _("Clients"), number=True),
        ),
        rows=[
            [
                text_cell(row.name or _("No funder"), url := context.interactions_url(funder=row.funder_id or 0)),
                count_cell(row.interactions, url),
                hours_cell(row.minutes),
                count_cell(row.clients),
            ]
            for row in rows
        ],
        bars=[ChartBar(Decimal(row.minutes), Decimal(0)) for row in rows],
        legend=(_("contact hours"),),
        bar_heading=_("Contact hours"),
        bar_cells=[hours_cell(row.minutes) for row in rows],
    )


def build_clients_section(context: ReportContext, rows: Sequence[ClientActivity]) -> ReportSection:
    """Return the clients with the most hours."""
    top_rows = rows[: context.limit]
    return ReportSection(
        name="clients",
        sheet=_("Clients"),
        title=_("For which clients?"),
        summary=ngettext("%(num)s client had interactions.", "%(num)s clients had interactions.", len(rows)),
        if_empty=_("No interactions for clients in this period."),
        columns=(
            ReportHeading("client", _("Client")),
            ReportHeading("interactions", _("Interactions"), number=True),
            ReportHeading("contact_hours", _("Contact hours"), number=True),
            ReportHeading("hours", _("All hours"), number=True),
        ),
        rows=[_client_line(context, row) for row in top_rows],
        note=context.limit_note(len(rows)),
        bars=[ChartBar(Decimal(row.minutes), Decimal(row.contact)) for row in top_rows],
        legend=(_("contact"), _("preparation and travel")),
        row_count=len(rows),
    )


def _client_line(context: ReportContext, row: ClientActivity) -> list[ReportCell]:
    url = context.interactions_url(client=row.id)
    return [
        text_cell(row.label or row.native_label, url),
        count_cell(row.interactions, url),
        hours_cell(row.contact),
        hours_cell(row.minutes),
    ]


def build_long_term_section(context: ReportContext) -> tuple[ReportSection, int]:
    """Return the clients with many hours in the fiscal year up to the end of the period, and how many there are."""
    first, last = period_start(context.period.last, 12, FEDERAL_YEAR_MONTH), context.period.last
    clients, number = queries.list_long_term_clients(context.scope, first, last, context.limit + 1)
    rows = clients[: context.limit]
    days = {"first": formats.day(first, full=True), "last": formats.day(last, full=True)}
    section = ReportSection(
        name="long_term",
        sheet=_("Long-term clients"),
        title=_("Which clients are long-term?"),
        summary=_("5 hours or more of contact and preparation from %(first)s to %(last)s.", **days),
        if_empty=_("No client had 5 hours of contact and preparation from %(first)s to %(last)s.", **days),
        columns=(
            ReportHeading("client", _("Client")),
            ReportHeading("hours", _("Hours"), number=True, is_of_today=True),
        ),
        rows=[
            [
                text_cell(row.label or row.native_label, _client_url(context, row.id, first)),
                hours_cell(row.minutes),
            ]
            for row in rows
        ],
        note=context.limit_note(len(clients)),
        bars=[ChartBar(Decimal(row.minutes), Decimal(0)) for row in rows],
        row_count=number,
    )
    return section, number


def _client_url(context: ReportContext, client_id: int, first: date) -> str:
    return context.interactions_url(**{"client": client_id, "from": first})
