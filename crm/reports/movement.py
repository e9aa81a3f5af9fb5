"""What moves or should: leads, closings, what is stuck, what is owed, what changed."""

from __future__ import annotations

from decimal import Decimal

from flask import url_for
from flask_babel import ngettext

from crm.core.i18n import formats
from crm.core.words import _
from crm.followups.enums import Side
from crm.projects.policy import LEAD_STAGES

from . import queries
from .context import ReportContext
from .layout import ChartBar, ReportCell, ReportHeading, ReportSection
from .money import MoneySum, add_sums, format_sums, format_usd


def build_leads_section(context: ReportContext) -> ReportSection:
    counts_by_stage = {row.stage: row for row in queries.count_leads(context.scope.actor)}
    heads = (
        ReportHeading("lead_stage", _("Lead stage")),
        ReportHeading("leads", _("Leads"), number=True),
        ReportHeading("past_alarm", _("Overdue in stage"), number=True),
    )
    lines, bars, all_leads, all_idle = [], [], 0, 0
    for stage in LEAD_STAGES:
        row = counts_by_stage.get(stage)
        n, idle = (row.leads, row.overdue) if row else (0, 0)
        all_leads, all_idle = all_leads + n, all_idle + idle
        url = url_for("reports.leads", stage=stage.value)
        past = ReportCell(
            idle,
            _("%(n)s (over %(days)s d)", n=idle, days=stage.idle_days) if idle else "",
            url_for("reports.leads", stage=stage.value, idle=1) if idle else None,
            "bad",
        )
        lines.append([ReportCell(str(stage), str(stage), url), ReportCell(n, formats.num(n), url), past])
        bars.append(ChartBar(str(stage), Decimal(n), Decimal(0), formats.num(n)))
    foot = [
        ReportCell(_("Total"), _("Total")),
        ReportCell(all_leads, formats.num(all_leads), url_for("reports.leads")),
        ReportCell(all_idle, formats.num(all_idle), url_for("reports.leads", idle=1)),
    ]
    answer = ngettext("%(num)s project has no client yet", "%(num)s projects have no client yet", all_leads)
    answer += "; " + ngettext("%(num)s is overdue in stage.", "%(num)s are overdue in stage.", all_idle)
    answer += " " + _("Leads have no amount.")
    return ReportSection("leads", _("What leads do we have?"), answer, heads, lines, foot, "", bars, ("", _("leads")))


def build_closing_section(context: ReportContext) -> ReportSection:
    quarters = context.period.quarters
    buckets = [(q.first, q.last) for q in quarters]
    rows = queries.sum_by_close(context.scope, buckets)
    heads = (
        ReportHeading("closes", _("Close date")),
        ReportHeading("likely_cases", _("Likely"), number=True),
        ReportHeading("likely_usd", _("US$"), number=True),
        ReportHeading("possible_cases", _("Possible"), number=True),
        ReportHeading("possible_usd", _("US$"), number=True),
    )
    lines, bars = [], []
    for i, quarter in enumerate(quarters):
        days = {"state": "open", "closes_from": quarter.first, "closes_before": quarter.last}
        both = [add_sums((r for r in rows if r.key == (i, likely)), context.rates) for likely in (True, False)]
        cells = [ReportCell(quarter.name, quarter.name, context.opportunities_url(**days))]
        for word, total in zip(("yes", "no"), both, strict=True):
            filters = days | {"likely": word}
            cells += [
                ReportCell(
                    total.opportunity_count, formats.num(total.opportunity_count), context.opportunities_url(**filters)
                ),
                _dollars(total, context.opportunities_url(**filters, priced="yes")),
            ]
        lines.append(cells)
        bars.append(
            ChartBar(quarter.name, both[0].usd + both[1].usd, both[0].usd, format_usd(both[0].usd + both[1].usd))
        )
    likely = add_sums((r for r in rows if r.key[0] is not None and r.key[1]), context.rates)
    other = add_sums((r for r in rows if r.key[0] is None), context.rates)
    answer = _(
        "%(sum)s is likely (60%% or more) to close in %(period)s.", sum=likely.in_usd, period=context.period.name
    )
    answer += " " + ngettext(
        "%(num)s open opportunity closes in another period or has no close date.",
        "%(num)s open opportunities close in another period or have no close date.",
        other.opportunity_count,
    )
    return ReportSection(
        "closing",
        _("What will close, and when?"),
        answer,
        heads,
        lines,
        bars=bars,
        legend=(_("likely"), _("possible"), _("US$")),
    )


def _dollars(total: MoneySum, url: str) -> ReportCell:
    """The sum in US dollars; what has no rate stands below it, or in its place."""
    unconverted = format_sums(total.unconverted)
    if unconverted and not total.usd:
        return ReportCell(total.usd, unconverted, url)
    return ReportCell(total.usd, format_usd(total.usd), url, note=f"+ {unconverted}" if unconverted else "")


def build_overdue_section(context: ReportContext, total: int) -> ReportSection:
    opportunities = queries.list_overdue_in_stage(context.scope) if total else []
    heads = (
        ReportHeading("case", _("Opportunity")),
        ReportHeading("stage", _("Stage"), hide_phone=True),
        ReportHeading("counselor", _("Counselor"), hide_phone=True),
        ReportHeading("waiting", _("Waiting for"), hide_phone=True),
        ReportHeading("amount", _("Value"), number=True),
        ReportHeading("days", _("Days in stage"), number=True),
    )
    lines = [
        [
            ReportCell(x.label, x.label, url_for("desk.opportunity", id=x.id)),
            ReportCell(str(x.stage), str(x.stage)),
            ReportCell(x.counselor or "", x.counselor or ""),
            ReportCell(str(x.waiting_for), str(x.waiting_for)),
            ReportCell(x.amount, formats.money(x.amount, x.currency) if x.amount is not None else _("no amount")),
            ReportCell(x.days, _("%(n)s (max %(alarm)s)", n=x.days, alarm=x.stage.idle_days), None, "bad"),
        ]
        for x in opportunities
    ]
    answer = (
        ngettext(
            "%(num)s opportunity is overdue in its stage.",
            "%(num)s opportunities are overdue in their stage.",
            total,
        )
        if total
        else _("No opportunity is overdue in its stage.")
    )
    note = (
        _("The %(n)s longest are shown. Select the number at the top to see all.", n=len(opportunities))
        if total > len(opportunities)
        else ""
    )
    return ReportSection("stuck", _("What is stuck?"), answer, heads, lines, note=note)


def build_follow_ups_section(context: ReportContext) -> ReportSection:
    rows = queries.count_overdue_follow_ups(context.scope)
    heads = (
        ReportHeading("side", _("Type")),
        ReportHeading("counselor", _("Counselor")),
        ReportHeading("late", _("Overdue"), number=True),
        ReportHeading("oldest", _("Since"), number=True),
    )
    lines = [
        [
            ReportCell(str(r.side), str(r.side)),
            ReportCell(r.counselor or "", r.counselor or _("No counselor")),
            ReportCell(
                r.count, formats.num(r.count), context.follow_ups_url(side=r.side.value, counselor=r.counselor_id or 0)
            ),
            ReportCell(r.oldest_on, formats.day(r.oldest_on)),
        ]
        for r in rows
    ]
    we_owe, they_owe = (sum(r.count for r in rows if r.side is side) for side in (Side.we, Side.they))
    answer = _("We owe %(ours)s, they owe %(theirs)s.", ours=we_owe, theirs=they_owe)
    bars = [
        ChartBar(str(s), Decimal(n), Decimal(n), formats.num(n)) for s, n in ((Side.we, we_owe), (Side.they, they_owe))
    ]
    return ReportSection(
        "promises", _("Which follow-ups are overdue?"), answer, heads, lines, bars=bars, legend=(_("overdue"),)
    )


def build_changes_section(context: ReportContext) -> ReportSection:
    counts = queries.count_weekly_changes(context.scope)
    labels = {
        "new": _("New"),
        "moved": _("Moved"),
        "slipped": _("Closes later"),
        "sooner": _("Closes sooner"),
        "amount": _("Amount changed"),
    }
    heads = (ReportHeading("change", _("Change")), ReportHeading("cases", _("Opportunities"), number=True))
    lines = [
        [ReportCell(label, label), ReportCell(counts[k], formats.num(counts[k]), context.opportunities_url(changed=k))]
        for k, label in labels.items()
    ]
    answer = _(
        "In the last seven days: %(new)s new, %(moved)s moved, %(slipped)s with a later close date.",
        new=counts["new"],
        moved=counts["moved"],
        slipped=counts["slipped"],
    )
    bars = [
        ChartBar(label, Decimal(counts[k]), Decimal(counts[k]), formats.num(counts[k])) for k, label in labels.items()
    ]
    return ReportSection(
        "changed", _("What changed this week?"), answer, heads, lines, bars=bars, legend=(_("opportunities"),)
    )
