"""Values of the tables of reports."""

from __future__ import annotations

from decimal import Decimal

from crm.reports.definitions import ReportDefinition
from crm.reports.registry import REPORTS


def get_report(name: str) -> ReportDefinition:
    """Return a report by name."""
    return {report.name: report for report in REPORTS}[name]


def table(report, name: str) -> dict[str, list]:
    """Return the values of a section by the first cell of each line."""
    section = next(s for s in report.sections if s.name == name)
    return {row[0].value: [cell.value for cell in row[1:]] for row in section.lines}


def tile(report, label: str) -> str:
    """Return the text of the figure with a label."""
    return next(tile.value for tile in report.tiles if tile.label == label)


def first_cells(report, name: str) -> list:
    """Return the first cells of a section in their order."""
    return [row[0].value for row in next(s for s in report.sections if s.name == name).rows]


def hours(minutes: int) -> Decimal:
    """Return minutes as hours with one decimal."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.1"))
