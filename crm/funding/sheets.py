"""Workbooks (XLSX) of reports to funders: sheets of rows with real dates and numbers; the first row is the heading."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from crm.core.lists.formulas import WORKBOOK_OPTIONS
from crm.core.texts import text_width

MIN_WIDTH, MAX_WIDTH = 10, 50
Cells = Sequence[Any]
"""Dates, whole numbers, amounts in US dollars (Decimal), texts; None is an empty cell."""


def build_sheets(sheets: Mapping[str, Sequence[Cells]]) -> bytes:
    """Return a workbook with a sheet of rows for each title."""
    file = io.BytesIO()
    import xlsxwriter  # noqa: PLC0415 - slow to import, and only needed here

    with xlsxwriter.Workbook(file, {"in_memory": True, **WORKBOOK_OPTIONS}) as book:
        formats = {
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            Decimal: book.add_format({"num_format": "$#,##0.00"}),
        }
        for title, rows in sheets.items():
            _fill(book.add_worksheet(title), rows, formats, book.add_format({"bold": True}))
    return file.getvalue()


def _fill(sheet: Any, rows: Sequence[Cells], formats: Mapping[type, Any], bold: Any) -> None:
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if isinstance(value, date):
                sheet.write_datetime(row, column, value, formats[date])
            elif isinstance(value, int | Decimal):
                sheet.write_number(row, column, value, formats.get(type(value)))
            elif value is not None:
                sheet.write_string(row, column, str(value), None if row else bold)
    for column in range(len(rows[0])):
        longest = max((_width(cells[column]) for cells in rows if column < len(cells)), default=0)
        sheet.set_column(column, column, min(max(longest + 2, MIN_WIDTH), MAX_WIDTH))
    sheet.freeze_panes(1, 0)


def _width(value: Any) -> int:
    """Return the width of a value as the sheet shows it."""
    return text_width(f"${value:,.2f}" if isinstance(value, Decimal) else str(value or ""))
