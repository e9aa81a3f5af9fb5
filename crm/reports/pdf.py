"""A report as a PDF document: the same figures, bars and tables as the page, in black and white."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm.core.web.pdf import build_pdf
from crm.core.words import _

from .layout import Report, ReportCell, ReportHeading, ReportSection

LETTER_COUNTRIES = frozenset({"US", "CA", "MX", "PH"})
MAX_ROWS = 500
"""How many rows of a table are printed; XLSX and CSV have all."""


def build_report_pdf(
    title: str, report: Report, facts: Sequence[tuple[str, str]], *, country: str, language: str
) -> bytes:
    """Return the bytes of the document; `facts` are what its first page says about the report."""
    data = {
        "title": title,
        "language": language[:2],
        "paper": "us-letter" if country in LETTER_COUNTRIES else "a4",
        "answer": report.answer,
        "note": report.note,
        "facts": [list(fact) for fact in facts],
        "tiles": [{"label": tile.label, "value": tile.value, "note": tile.note} for tile in report.tiles],
        "sections": [build_section(section) for section in report.sections],
    }
    return build_pdf("crm.reports", "report", data)


def build_section(section: ReportSection) -> dict[str, Any]:
    """Return a section as the template reads it; a note says that a long table has only its first rows."""
    columns = [i for i, column in enumerate(section.columns) if not column.in_files]
    is_cut = section.is_filled and len(section.rows) > MAX_ROWS
    cut_note = _("The first %(n)s rows are shown. XLSX and CSV have all.", n=MAX_ROWS) if is_cut else ""
    return {
        "title": section.title,
        "summary": section.text,
        "note": " ".join(filter(None, (section.shown_note, cut_note))),
        "legend": list(section.legend),
        "stacked": section.has_stack,
        "headings": [_heading(section.columns[i]) for i in columns] if section.is_filled else [],
        "rows": [_line(row, columns) for row in section.rows[:MAX_ROWS]] if section.is_filled else [],
        "bars": [_bar(section, i) for i in range(min(len(section.bars), MAX_ROWS))] if section.is_filled else [],
        "ends": [_line(row, columns) for row in section.lines[len(section.rows) :]] if section.is_filled else [],
    }


def _heading(column: ReportHeading) -> dict[str, Any]:
    return {"label": column.label, "number": column.number}


def _line(row: Sequence[ReportCell], columns: Sequence[int]) -> list[dict[str, str]]:
    return [{"text": row[i].text, "note": row[i].note} for i in columns]


def _bar(section: ReportSection, i: int) -> list[list[float]]:
    """Return the parts of a bar as drawn: its shade, its place and its width in shares of the longest bar.

    Shades of stacked bars begin with 1; 0 is the strong part of another bar, -1 its whole.
    """
    shades = {"b2": -1.0, "b1": 0.0}
    return [
        [shades[css] if css in shades else float(css.removeprefix("s")), x / 100, width / 100]
        for css, x, width in section.segments(section.bars[i])
    ]
