"""What a report's PDF document says about its tables."""

from __future__ import annotations

from crm.reports import pdf
from crm.reports.cells import count_cell, text_cell
from crm.reports.layout import ReportHeading, ReportSection


def build_table(count: int, note: str = "") -> ReportSection:
    """Return a section with this number of rows."""
    columns = (ReportHeading("client", "Client"), ReportHeading("hours", "Hours", number=True))
    rows = [[text_cell(f"Client {n}"), count_cell(n)] for n in range(1, count + 1)]
    return ReportSection("clients", "Clients", "For which clients?", "", columns, rows, note=note)


def test_table_says_that_it_leaves_out_rows(monkeypatch):
    monkeypatch.setattr(pdf, "MAX_ROWS", 3)
    data = pdf.build_section(build_table(4, note="Hours of the year."))
    assert len(data["rows"]) == 3
    assert data["note"] == "Hours of the year. The first 3 rows are shown. XLSX and CSV have all."


def test_table_with_all_rows_has_only_its_own_note(monkeypatch):
    monkeypatch.setattr(pdf, "MAX_ROWS", 3)
    data = pdf.build_section(build_table(3, note="Hours of the year."))
    assert (len(data["rows"]), data["note"]) == (3, "Hours of the year.")
