"""The pipeline report: where the money is, which leads wait, what will close, what is stuck, owed and changed."""

from __future__ import annotations

from flask import url_for

from crm.core.i18n import formats
from crm.core.words import _

from . import movement, queries, stages
from .context import ReportContext, confidential_note
from .layout import Report, ReportSection, ReportTile
from .money import MoneySum, add_sums, format_sums, format_usd
from .periods import Period
from .queries import Scope


def build_pipeline_report(scope: Scope, period: Period) -> Report:
    """Ask and write the whole report."""
    context = ReportContext(scope, period, queries.load_rates(scope.day))
    rows = queries.sum_open(scope)
    aged = sum(r.overdue for r in rows)
    open_sum = add_sums(rows, context.rates)
    hidden = queries.count_hidden(scope) if scope.counselor_id is None and scope.path is None else 0
    leads = movement.build_leads_section(context)
    sections = [
        stages.build_stages_section(context, rows, open_sum, hidden),
        *(
            []
            if scope.teams is not None and len(scope.teams) == 1
            else [stages.build_teams_section(context, rows, open_sum)]
        ),
        stages.build_counselors_section(context),
        leads,
        movement.build_closing_section(context),
        movement.build_overdue_section(context, aged),
        movement.build_follow_ups_section(context),
        movement.build_changes_section(context),
    ]
    return Report("pipeline", _("Pipeline report"), _tiles(context, open_sum, hidden, aged, leads), sections)


def _tiles(context: ReportContext, total: MoneySum, hidden: int, stuck: int, leads: ReportSection) -> list[ReportTile]:
    opened = context.opportunities_url(state="open")
    signed = add_sums(queries.sum_signed(context.scope, context.period.first, context.period.last), context.rates)
    between = f"{context.period.first}..{context.period.last}"
    return [
        ReportTile(_("Open opportunities"), formats.num(total.opportunity_count), confidential_note(hidden), opened),
        ReportTile(
            _("Open value"),
            format_usd(total.usd),
            _excluded_text(total),
            context.opportunities_url(state="open", priced="yes"),
        ),
        ReportTile(
            _("Weighted"),
            format_usd(total.weighted),
            _("by probability"),
            context.opportunities_url(state="open", priced="yes"),
        ),
        ReportTile(
            _("Signed"),
            formats.num(signed.opportunity_count),
            signed.in_usd if signed.by_currency else "",
            context.opportunities_url(signed=between),
        ),
        ReportTile(
            _("Stuck in stage"),
            formats.num(stuck),
            _("overdue in stage"),
            context.opportunities_url(state="open", aged="yes"),
            "bad" if stuck else "",
        ),
        ReportTile(
            _("Leads without a client"),
            leads.totals[1].text,
            _("%(n)s overdue in stage", n=leads.totals[2].text),
            url_for("reports.leads"),
        ),
    ]


def _excluded_text(total: MoneySum) -> str:
    """What the sum in dollars does not hold: currencies without a rate, cases without an amount."""
    other = _("+ %(sums)s", sums=format_sums(total.unconverted)) if total.unconverted else ""
    return ", ".join(filter(None, (other, total.excluded_text)))
