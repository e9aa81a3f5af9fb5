"""Sections on what waits: leads without a client, overdue follow-ups."""

from __future__ import annotations

from decimal import Decimal

from flask import url_for
from flask_babel import ngettext

from crm.core.i18n import formats
from crm.core.words import _
from crm.followups.enums import Side
from crm.projects.policy import LEAD_STAGES, LeadStage

from . import queries
from .context import ReportContext
from .layout import ChartBar, ReportCell, ReportHeading, ReportSection, count_bar
from .queries import FollowUpCount


def build_leads_section(context: ReportContext) -> ReportSection:
    """Return how many leads without a client are in each lead stage, and how many of them are overdue there."""
    rows = {row.stage: row for row in queries.count_leads(context.scope.actor)}
    counts = {stage: (rows[stage].leads, rows[stage].overdue) if stage in rows else (0, 0) for stage in LEAD_STAGES}
    leads, overdue = sum(n for n, _late in counts.values()), sum(late for _n, late in counts.values())
    return ReportSection(
        name="leads",
        title=_("What leads do we have?"),
        summary=_leads_summary(leads, overdue),
        columns=(
            ReportHeading("lead_stage", _("Lead stage")),
            ReportHeading("leads", _("Leads"), number=True),
            ReportHeading("past_alarm", _("Overdue in stage"), number=True),
        ),
        rows=[_lead_line(stage, *counts[stage]) for stage in LEAD_STAGES],
        totals=[
            ReportCell(_("Total"), _("Total")),
            ReportCell(leads, formats.num(leads), url_for("reports.leads")),
            ReportCell(overdue, formats.num(overdue), url_for("reports.leads", idle=1)),
        ],
        bars=[ChartBar(str(s), Decimal(n), Decimal(0), formats.num(n)) for s, (n, _late) in counts.items()],
        legend=("", _("leads")),
    )


def _lead_line(stage: LeadStage, leads: int, overdue: int) -> list[ReportCell]:
    url = url_for("reports.leads", stage=stage.value)
    late = ReportCell(0, tone="bad")
    if overdue:
        text = _("%(n)s (limit: %(limit)s days)", n=overdue, limit=stage.idle_days)
        late = ReportCell(overdue, text, url_for("reports.leads", stage=stage.value, idle=1), "bad")
    return [ReportCell(str(stage), str(stage), url), ReportCell(leads, formats.num(leads), url), late]


def _leads_summary(leads: int, overdue: int) -> str:
    sentences = [ngettext("%(num)s project has no client yet.", "%(num)s projects have no client yet.", leads)]
    if overdue:
        sentences.append(ngettext("%(num)s is overdue in stage.", "%(num)s are overdue in stage.", overdue))
    return " ".join([*sentences, _("Leads have no amount.")])


def build_follow_ups_section(context: ReportContext) -> ReportSection:
    """Return how many follow-ups are overdue, by side and counselor."""
    rows = queries.count_overdue_follow_ups(context.scope)
    we, they = (sum(row.count for row in rows if row.side is side) for side in (Side.we, Side.they))
    return ReportSection(
        name="promises",
        title=_("Which follow-ups are overdue?"),
        summary=_("Overdue: we owe %(we)s, they owe %(they)s.", we=we, they=they),
        columns=(
            ReportHeading("side", _("Type")),
            ReportHeading("counselor", _("Counselor")),
            ReportHeading("late", _("Overdue"), number=True),
            ReportHeading("oldest", _("Since"), number=True),
        ),
        rows=[_follow_ups_line(context, row) for row in rows],
        bars=[count_bar(str(Side.we), we), count_bar(str(Side.they), they)],
        legend=(_("overdue"),),
    )


def _follow_ups_line(context: ReportContext, row: FollowUpCount) -> list[ReportCell]:
    url = context.follow_ups_url(side=row.side.value, counselor=row.counselor_id or 0)
    return [
        ReportCell(str(row.side), str(row.side)),
        ReportCell(row.counselor or "", row.counselor or _("No counselor")),
        ReportCell(row.count, formats.num(row.count), url),
        ReportCell(row.oldest_on, formats.day(row.oldest_on)),
    ]
