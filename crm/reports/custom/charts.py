"""The chart of a custom report: its bars with what they measure, and the line over months."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from crm.core.lists.grouped import GroupSum
from crm.core.words import _
from crm.reports.cells import count_cell
from crm.reports.layout import ChartBar, LinePoint, ReportCell

from .figures import NOTHING, ReportFigures
from .question import Operation

MAX_PARTS = 8
"""Parts of stacked bars, which have as many colors; the last one is the rest."""
MIN_POINTS = 3
"""From how many months on a chart is a line."""


def list_legend(figures: ReportFigures) -> tuple[str, ...]:
    """Return the names of the parts of stacked bars."""
    names = tuple(figures.axes[1].labels[key] for key in figures.axes[1].keys)
    return names if len(names) <= MAX_PARTS else (*names[: MAX_PARTS - 1], _("Other"))


def build_bar(figures: ReportFigures, key: Any, currency: str) -> ChartBar:
    """Return the bar of a row: its amount; its records if amounts have several currencies; stacked by columns."""
    has_currencies = len(figures.currencies) > 1

    def length(group: GroupSum) -> Decimal:
        return Decimal(group.records) if has_currencies else max(figures.amount(group), Decimal())

    number = figures.question.number
    is_stacked = len(figures.axes) > 1 and (number is None or number.operation is Operation.sum)
    if not is_stacked:
        whole = length(figures.rows.get(((key,), currency), NOTHING))
        return ChartBar(whole, whole)
    parts = [length(figures.cells.get(((key, k), currency), NOTHING)) for k in figures.axes[1].keys]
    if len(parts) > MAX_PARTS:
        parts[MAX_PARTS - 1 :] = [sum(parts[MAX_PARTS - 1 :], Decimal())]
    return ChartBar(sum(parts, Decimal()), Decimal(), tuple(parts))


def build_bar_cell(figures: ReportFigures, key: Any, currency: str) -> ReportCell:
    """Return what the bar of a row measures."""
    group, url = figures.rows.get(((key,), currency), NOTHING), figures.url(currency, figures.axes[0].value(key))
    return count_cell(group.records, url) if len(figures.currencies) > 1 else figures.cell(group, url)


def build_line(figures: ReportFigures) -> list[LinePoint]:
    """Return the points of a line over months, quarters or years."""
    axis = figures.axes[0]
    keys = [key for key in axis.keys if key is not None]
    if axis.grouping.unit is None or len(figures.axes) > 1 or len(figures.currencies) > 1 or len(keys) < MIN_POINTS:
        return []
    groups = [figures.rows.get(((key,), figures.currencies[0]), NOTHING) for key in keys]
    highest = max([Decimal(1), *map(figures.amount, groups)])
    return [
        LinePoint(
            axis.labels[key],
            figures.text(group),
            round(100 * i / (len(keys) - 1), 2),
            round(float(100 - 100 * max(figures.amount(group), Decimal()) / highest), 2),
        )
        for i, (key, group) in enumerate(zip(keys, groups, strict=True))
    ]
