"""Sections on what changes: what will close, what is overdue in its stage, what changed in the last seven days."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import ngettext

from crm.core.i18n import formats
from crm.core.words import _
from crm.opportunities.conditions import LIKELY_PERCENT
from crm.opportunities.queries import OpportunityRow

from . import queries
from .context import ReportContext
from .layout import ChartBar, ReportCell, ReportHeading, ReportSection, count_bar
from .money import MoneySum, add_sums, format_sums, format_usd
from .periods import Part
from .queries import MoneyRow


def build_closing_section(context: ReportContext) -> ReportSection:
    """Return the value that is likely or possible to close in each part of the period."""
    parts = context.period.parts
    rows = queries.sum_by_close(context.scope, [(part.first, part.last) for part in parts])
    lines, bars = [], []
    for i, quarter in enumerate(parts):
        likely, possible = (_sum_of(context, rows, bucket=i, likely=likely) for likely in (True, False))
        lines.append(_closing_line(context, quarter, likely, possible))
        whole = likely.usd + possible.usd
        bars.append(ChartBar(quarter.name, whole, likely.usd, format_usd(whole)))
    return ReportSection(
        name="closing",
        title=_("What will close, and when?"),
        summary=_closing_summary(context, rows),
        columns=_closing_columns(),
        rows=lines,
        bars=bars,
        legend=(_("likely"), _("possible"), _("US$")),
    )


def _closing_columns() -> tuple[ReportHeading, ...]:
    return (
        ReportHeading("closes", _("Close date")),
        ReportHeading("likely_cases", _("Likely"), number=True),
        ReportHeading("likely_usd", _("US$"), number=True),
        ReportHeading("possible_cases", _("Possible"), number=True),
        ReportHeading("possible_usd", _("US$"), number=True),
    )


def _sum_of(context: ReportContext, rows: Sequence[MoneyRow], *, bucket: int, likely: bool) -> MoneySum:
    return add_sums((row for row in rows if row.key == (bucket, likely)), context.rates)


def _closing_line(context: ReportContext, quarter: Part, likely: MoneySum, possible: MoneySum) -> list[ReportCell]:
    days = {"state": "open", "closes_from": quarter.first, "closes_before": quarter.last}
    cells = [ReportCell(quarter.name, quarter.name, context.opportunities_url(**days))]
    for code, total in (("yes", likely), ("no", possible)):
        filters = days | {"likely": code}
        count = formats.num(total.opportunity_count)
        cells += [
            ReportCell(total.opportunity_count, count, context.opportunities_url(**filters)),
            _usd_cell(total, context.opportunities_url(**filters, priced="yes")),
        ]
    return cells


def _usd_cell(total: MoneySum, url: str) -> ReportCell:
    """Return the sum in US dollars; currencies without a rate stand below it, or in its place if it is zero."""
    unconverted = format_sums(total.unconverted)
    if unconverted and not total.usd:
        return ReportCell(total.usd, unconverted, url)
    return ReportCell(total.usd, format_usd(total.usd), url, note=f"+ {unconverted}" if unconverted else "")


def _closing_summary(context: ReportContext, rows: Sequence[MoneyRow]) -> str:
    in_period = add_sums((row for row in rows if row.key[0] is not None and row.key[1]), context.rates)
    other = add_sums((row for row in rows if row.key[0] is None), context.rates).opportunity_count
    summary = _(
        "%(sum)s is likely (%(percent)s or more) to close in %(period)s.",
        sum=in_period.in_usd,
        percent=formats.percent(LIKELY_PERCENT),
        period=context.period.name,
    )
    if not other:
        return summary
    rest = ngettext(
        "%(num)s open opportunity closes in another period or has no close date.",
        "%(num)s open opportunities close in another period or have no close date.",
        other,
    )
    return f"{summary} {rest}"


def build_overdue_section(context: ReportContext, total: int) -> ReportSection:
    """Return the open opportunities longest overdue in their stage; `total` is how many there are."""
    rows = queries.list_overdue_in_stage(context.scope) if total else []
    note = _("The %(n)s longest are shown. Select the number at the top to see all.", n=len(rows))
    return ReportSection(
        name="stuck",
        title=_("What is stuck?"),
        summary=_overdue_summary(total),
        columns=(
            ReportHeading("case", _("Opportunity")),
            ReportHeading("stage", _("Stage"), hide_phone=True),
            ReportHeading("counselor", _("Counselor"), hide_phone=True),
            ReportHeading("waiting", _("Waiting for"), hide_phone=True),
            ReportHeading("amount", _("Value"), number=True),
            ReportHeading("days", _("Days in stage"), number=True),
        ),
        rows=[_overdue_line(row) for row in rows],
        note=note if total > len(rows) else "",
    )


def _overdue_summary(total: int) -> str:
    if not total:
        return _("No opportunity is overdue in its stage.")
    summary: str = ngettext(
        "%(num)s opportunity is overdue in its stage.", "%(num)s opportunities are overdue in their stage.", total
    )
    return summary


def _overdue_line(row: OpportunityRow) -> list[ReportCell]:
    amount = _("no amount") if row.amount is None else formats.money(row.amount, row.currency)
    days = _("%(n)s (limit: %(limit)s)", n=row.days, limit=row.stage.idle_days)
    return [
        ReportCell(row.label, row.label, url_for("desk.opportunity", id=row.id)),
        ReportCell(str(row.stage), str(row.stage)),
        ReportCell(row.counselor or "", row.counselor or ""),
        ReportCell(str(row.waiting_for), str(row.waiting_for)),
        ReportCell(row.amount, amount),
        ReportCell(row.days, days, None, "bad"),
    ]


def build_changes_section(context: ReportContext) -> ReportSection:
    """Return how many opportunities changed in the last seven days, by kind of change."""
    counts = queries.count_weekly_changes(context.scope)
    labels = {
        "new": _("New"),
        "moved": _("Moved to another stage"),
        "slipped": _("Closes later"),
        "sooner": _("Closes sooner"),
        "amount": _("Amount changed"),
    }
    return ReportSection(
        name="changed",
        title=_("What changed this week?"),
        summary=_(
            "In the last seven days: %(new)s new, %(moved)s moved, %(slipped)s with a later close date.",
            new=counts["new"],
            moved=counts["moved"],
            slipped=counts["slipped"],
        ),
        columns=(
            ReportHeading("change", _("Change")),
            ReportHeading("cases", _("Opportunities"), number=True),
        ),
        rows=[
            [
                ReportCell(label, label),
                ReportCell(counts[code], formats.num(counts[code]), context.opportunities_url(changed=code)),
            ]
            for code, label in labels.items()
        ],
        bars=[count_bar(label, counts[code]) for code, label in labels.items()],
        legend=(_("opportunities"),),
    )
