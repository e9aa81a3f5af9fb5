"""The rows with errors of an import as a workbook: fix them there and import the workbook."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from crm.core.lists.formulas import WORKBOOK_OPTIONS
from crm.core.lists.sheet_names import name_sheet
from crm.core.words import _
from crm.imports.models import ImportRun
from crm.imports.plan.line import line_from_json
from crm.imports.policy import LineOutcome
from crm.imports.readers.headings import blocked_heading_reason
from crm.imports.readers.tables import Table

NOT_IMPORTED = (LineOutcome.error.value, LineOutcome.needs_review.value)
"""Outcomes of rows that need a change in the file or a choice."""
WIDTH = 60


def find_problems(run: ImportRun) -> dict[int, str]:
    """Return the problems of the rows that can't be imported, by line."""
    lines = (line_from_json(row) for row in run.report if row[1] in NOT_IMPORTED)
    texts = {
        line.line: [f"{column}: {text}" if column else text for column, text in line.problems] or [line.reason]
        for line in lines
    }
    return {number: "; ".join(parts) for number, parts in texts.items()}


def build_error_sheet(table: Table, problems: Mapping[int, str]) -> bytes:
    """Return a workbook with the headings and these rows of a table, and their problems in the first column.

    Columns that are never imported are left out.
    """
    import xlsxwriter  # noqa: PLC0415 - slow to import, and only needed here

    columns = [i for i, heading in enumerate(table.headings) if blocked_heading_reason(heading) is None]
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **WORKBOOK_OPTIONS}) as book:
        sheet = book.add_worksheet(name_sheet(_("Rows with errors"), ()))
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 0, WIDTH, wrap)
        _write_row(sheet, 0, [_("Problem"), *(table.headings[i] for i in columns)], bold)
        rows = [row for row in table.rows if row.line in problems]
        for number, row in enumerate(rows, 1):
            _write_row(sheet, number, [problems[row.line], *(row.cells[i] for i in columns)])
    return file.getvalue()


def _write_row(sheet: Any, number: int, texts: list[str], *formats: Any) -> None:
    for column, text in enumerate(texts):
        if text:
            sheet.write_string(number, column, text, *formats)
