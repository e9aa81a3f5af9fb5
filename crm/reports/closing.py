"""The section on what will close in the period."""

from __future__ import annotations

from collections.abc import Sequence

from crm.core.i18n import formats
from crm.core.words import _, ngettext
from crm.opportunities.money import MoneyRow, MoneySum, add_sums
from crm.opportunities.policy import LIKELY_PERCENT

from . import queries
from .cells import bar_usd_cells, usd_cell
from .context import ReportContext
from .layout import ChartBar, ReportCell, ReportHeading, ReportSection
from .periods import SubPeriod


def build_closing_section(context: ReportContext) -> ReportSection:
    """Return the value that is likely or possible to close in each part of the period."""
    parts = context.period.parts
    rows = queries.sum_by_close(context.scope, [(part.first, part.last) for part in parts])
    lines, bars = [], []
    for i, part in enumerate(parts):
        likely, possible = (_sum_of(context, rows, bucket=i, likely=likely) for likely in (True, False))
        lines.append(_closing_line(context, part, likely, possible))
        whole = likely.usd + possible.usd
        bars.append(ChartBar(whole, likely.usd))
    return ReportSection(
        name="closing",
        sheet=_("Closing"),
        title=_("What will close, and when?"),
        summary=_closing_summary(context, rows),
        columns=_closing_columns(),
        rows=lines,
        bars=bars,
        legend=(_("likely"), _("possible")),
        bar_heading=_("US$"),
        is_timeline=True,
        bar_cells=bar_usd_cells(bars),
        note=add_sums(rows, context.rates).conversion_text,
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


def _closing_line(context: ReportContext, part: SubPeriod, likely: MoneySum, possible: MoneySum) -> list[ReportCell]:
    days = {"state": "open", "closes_from": part.first, "closes_before": part.last}
    cells = [ReportCell(part.name, part.name, context.opportunities_url(**days))]
    for code, total in (("yes", likely), ("no", possible)):
        filters = days | {"likely": code}
        count = formats.num(total.opportunity_count)
        cells += [
            ReportCell(total.opportunity_count, count, context.opportunities_url(**filters)),
            usd_cell(total, context.opportunities_url(**filters, priced="yes")),
        ]
    return cells


def _closing_summary(context: ReportContext, rows: Sequence[MoneyRow]) -> str:
    in_period = add_sums((row for row in rows if row.key[0] is not None and row.key[1]), context.rates)
    other = add_sums((row for row in rows if row.key[0] is None), context.rates).opportunity_count
    summary = _(
        "%(sum)s is likely (%(percent)s or more) to close in %(period)s.",
        sum=in_period.in_usd,
        percent=formats.percent(LIKELY_PERCENT),
        period=context.period.phrase,
    )
    if not other:
        return summary
    rest = ngettext(
        "%(num)s open opportunity closes in another period or has no close date.",
        "%(num)s open opportunities close in another period or have no close date.",
        other,
    )
    return f"{summary} {rest}"
