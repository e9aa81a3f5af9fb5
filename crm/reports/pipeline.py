"""The pipeline report: where the money is, which leads wait, what will close, what is overdue, what changed."""

from __future__ import annotations

from flask import url_for

from crm.core.i18n import formats
from crm.core.words import _

from . import movement, queries, stages, waiting
from .context import ReportContext, confidential_note
from .layout import Report, ReportSection, ReportTile
from .money import MoneySum, add_sums, format_sums, format_usd
from .periods import Period
from .queries import Scope


def build_pipeline_report(scope: Scope, period: Period) -> Report:
    """Return the whole report of a scope: its tiles and its sections."""
    context = ReportContext(scope, period, queries.load_rates(scope.day))
    rows = queries.sum_open(scope)
    overdue = sum(row.overdue for row in rows)
    total = add_sums(rows, context.rates)
    hidden = queries.count_hidden(scope) if scope.counselor_id is None and scope.path is None else 0
    leads = waiting.build_leads_section(context)
    sections = [
        stages.build_stages_section(context, rows, total, hidden),
        stages.build_counselors_section(context),
        leads,
        movement.build_closing_section(context),
        movement.build_overdue_section(context, overdue),
        waiting.build_follow_ups_section(context),
        movement.build_changes_section(context),
    ]
    if scope.teams is None or len(scope.teams) != 1:
        sections.insert(1, stages.build_teams_section(context, rows, total))
    tiles = [*_open_tiles(context, total, hidden), _signed_tile(context), *_late_tiles(context, overdue, leads)]
    return Report("pipeline", _("Pipeline report"), tiles, sections)


def _open_tiles(context: ReportContext, total: MoneySum, hidden: int) -> list[ReportTile]:
    with_amount = context.opportunities_url(state="open", priced="yes")
    return [
        ReportTile(
            _("Open opportunities"),
            formats.num(total.opportunity_count),
            confidential_note(hidden),
            context.opportunities_url(state="open"),
        ),
        ReportTile(_("Open value"), format_usd(total.usd), _excluded_text(total), with_amount),
        ReportTile(_("Weighted"), format_usd(total.weighted), _("by probability"), with_amount),
    ]


def _signed_tile(context: ReportContext) -> ReportTile:
    period = context.period
    total = add_sums(queries.sum_signed(context.scope, period.first, period.last), context.rates)
    return ReportTile(
        _("Signed"),
        formats.num(total.opportunity_count),
        total.in_usd if total.by_currency else "",
        context.opportunities_url(signed=f"{period.first}..{period.last}"),
    )


def _late_tiles(context: ReportContext, overdue: int, leads: ReportSection) -> list[ReportTile]:
    _label, count, late = leads.totals
    return [
        ReportTile(
            _("Stuck in stage"),
            formats.num(overdue),
            _("overdue in stage"),
            context.opportunities_url(state="open", aged="yes"),
            "bad" if overdue else "",
        ),
        ReportTile(
            _("Leads without a client"),
            count.text,
            _("%(n)s overdue in stage", n=late.text),
            url_for("reports.leads"),
        ),
    ]


def _excluded_text(total: MoneySum) -> str:
    """Return what the sum in dollars leaves out: currencies without a rate, opportunities without an amount."""
    other = _("+ %(sums)s", sums=format_sums(total.unconverted)) if total.unconverted else ""
    return ", ".join(filter(None, (other, total.excluded_text)))
