"""Sections on what waits: opportunities overdue in their stage, overdue follow-ups, leads without a client."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial

from flask import url_for

from crm.core.data.together import run_together
from crm.core.i18n import formats
from crm.core.words import _, ngettext
from crm.followups.enums import FollowUpSide
from crm.opportunities.queries import days_in_stage
from crm.projects.policy import LEAD_STAGES, LeadStage

from . import queries
from .context import ReportContext
from .layout import ChartBar, ReportCell, ReportHeading, ReportSection
from .queries import FollowUpCount, LeadCount, OverdueFollowUp, StuckRow


def build_overdue_section(context: ReportContext, total: int) -> ReportSection:
    """Return the open opportunities longest overdue in their stage; `total` is how many there are."""
    rows = queries.list_overdue_in_stage(context.scope, context.limit)
    url = context.opportunities_url(state="open", aged="yes")
    return ReportSection(
        name="stuck",
        sheet=_("Stuck"),
        title=_("What is stuck?"),
        summary=_overdue_summary(total),
        columns=(
            ReportHeading("opportunity", _("Opportunity")),
            ReportHeading("stage", _("Stage"), hide_phone=True),
            ReportHeading("counselor", _("Counselor"), hide_phone=True),
            ReportHeading("waiting", _("Waiting for"), hide_phone=True),
            ReportHeading("amount", _("Value"), number=True),
            ReportHeading("days", _("Days in stage"), number=True),
            ReportHeading("limit", _("Limit (days)"), in_files=True),
        ),
        rows=[_overdue_line(row) for row in rows],
        note=context.limit_note(total),
        links=[ReportCell(total, _("View all %(n)s", n=formats.num(total)), url)] if total > len(rows) else [],
    )


def _overdue_summary(total: int) -> str:
    if not total:
        return _("No opportunity is overdue in its stage.")
    summary: str = ngettext(
        "%(num)s opportunity is overdue in its stage.", "%(num)s opportunities are overdue in their stage.", total
    )
    return summary


def _overdue_line(row: StuckRow) -> list[ReportCell]:
    amount = _("no amount") if row.amount is None else formats.money(row.amount, row.currency)
    days = _("%(n)s (limit: %(limit)s)", n=row.days, limit=row.stage.idle_days)
    return [
        ReportCell(row.label, row.label, url_for("desk.opportunity", id=row.id)),
        ReportCell(str(row.stage), str(row.stage)),
        ReportCell(row.counselor or "", row.counselor or ""),
        ReportCell(str(row.waiting_for), str(row.waiting_for)),
        ReportCell(row.amount, amount, currency=row.currency),
        ReportCell(row.days, days, None, "bad"),
        ReportCell(row.stage.idle_days),
    ]


def build_leads_section(context: ReportContext) -> ReportSection:
    """Return how many leads without a client are in each lead stage, and how many of them are overdue there."""
    counts = {row.stage: row for row in queries.count_leads(context.scope)}
    rows = [counts.get(stage, LeadCount(stage, 0, 0, None)) for stage in LEAD_STAGES]
    leads, overdue = sum(row.leads for row in rows), sum(row.overdue for row in rows)
    return ReportSection(
        name="leads",
        sheet=_("Leads"),
        title=_("What leads do we have?"),
        summary=_leads_summary(leads, overdue),
        columns=(
            ReportHeading("lead_stage", _("Lead stage")),
            ReportHeading("leads", _("Leads"), number=True),
            ReportHeading("overdue", _("Overdue in stage"), number=True),
            ReportHeading("days_overdue", _("Longest overdue (days)"), number=True),
        ),
        rows=[_lead_line(context, row) for row in rows],
        totals=[
            ReportCell(_("Total"), _("Total")),
            ReportCell(leads, formats.num(leads), context.leads_url()),
            ReportCell(overdue, formats.num(overdue), context.leads_url(idle=1)),
            _longest_cell([row for row in rows if row.overdue], context.scope.actor.zone),
        ],
        bars=[ChartBar(Decimal(row.leads), Decimal(row.overdue)) for row in rows],
        legend=(_("overdue in stage"), _("all")),
    )


def _lead_line(context: ReportContext, row: LeadCount) -> list[ReportCell]:
    stage, url = row.stage, context.leads_url(stage=row.stage.value)
    late = ReportCell(0, tone="bad")
    if row.overdue:
        text = _("%(n)s (limit: %(limit)s days)", n=row.overdue, limit=stage.idle_days)
        late = ReportCell(row.overdue, text, context.leads_url(stage=stage.value, idle=1), "bad")
    longest = _longest_cell([row] if row.overdue else [], context.scope.actor.zone)
    return [ReportCell(str(stage), str(stage), url), ReportCell(row.leads, formats.num(row.leads), url), late, longest]


def _longest_cell(rows: list[LeadCount], zone: str) -> ReportCell:
    """Return the most days that a lead is over its limit."""
    days = max((_days_over(row.stage, row.overdue_since, zone) for row in rows if row.overdue_since), default=0)
    return ReportCell(days, formats.num(days), tone="bad") if days else ReportCell(None)


def _days_over(stage: LeadStage, since: datetime, zone: str) -> int:
    return days_in_stage(since, zone) - stage.idle_days


def _leads_summary(leads: int, overdue: int) -> str:
    sentences = [ngettext("%(num)s project has no client yet.", "%(num)s projects have no client yet.", leads)]
    if overdue:
        sentences.append(ngettext("%(num)s is overdue in stage.", "%(num)s are overdue in stage.", overdue))
    return " ".join([*sentences, _("Leads have no amount, and all teams share them.")])


def build_follow_ups_section(context: ReportContext) -> ReportSection:
    """Return the overdue follow-ups, the oldest first, and how many each counselor has by side."""
    counts, rows = run_together(
        partial(queries.count_overdue_follow_ups, context.scope),
        partial(queries.list_overdue_follow_ups, context.scope, context.limit + 1),
    )
    we, they = (sum(row.count for row in counts if row.side is side) for side in (FollowUpSide.we, FollowUpSide.they))
    return ReportSection(
        name="overdue",
        sheet=_("Overdue follow-ups"),
        title=_("Which follow-ups are overdue?"),
        summary=_("Overdue: we owe %(we)s, they owe %(they)s.", we=we, they=they),
        columns=(
            ReportHeading("title", _("Title")),
            ReportHeading("about", _("About")),
            ReportHeading("side", _("Type"), hide_phone=True),
            ReportHeading("counselor", _("Counselor"), hide_phone=True),
            ReportHeading("due", _("Due"), number=True, hide_phone=True),
            ReportHeading("days_late", _("Days overdue"), number=True),
        ),
        rows=[_follow_up_line(context, row) for row in rows[: context.limit]],
        note=context.limit_note(len(rows)),
        links=[_counselor_link(context, row) for row in counts],
    )


def _counselor_link(context: ReportContext, row: FollowUpCount) -> ReportCell:
    count = formats.num(row.count)
    name = row.counselor or _("No counselor")
    text = _("%(n)s we owe", n=count) if row.side is FollowUpSide.we else _("%(n)s they owe", n=count)
    url = context.follow_ups_url(side=row.side.value, counselor=row.counselor_id or 0)
    return ReportCell(row.count, f"{text}, {name}", url)


def _follow_up_line(context: ReportContext, row: OverdueFollowUp) -> list[ReportCell]:
    days = (context.scope.day - row.due_on).days
    return [
        ReportCell(row.title, row.title, url_for("desk.followup", id=row.id)),
        ReportCell(row.about or "", row.about or ""),
        ReportCell(str(row.side), str(row.side)),
        ReportCell(row.counselor or "", row.counselor or _("No counselor")),
        ReportCell(row.due_on, formats.day(row.due_on)),
        ReportCell(days, formats.num(days), tone="bad"),
    ]
