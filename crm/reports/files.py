"""A report as a file: CSV with one table below the other, XLSX with one sheet for each section."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Response

from crm.core import clock
from crm.core.lists.export import MARK, MIME, escape_formula, log_export
from crm.core.policy import Actor

from .layout import Report, ReportCell, ReportSection


def export_report(report: Report, kind: str, actor: Actor, args: dict[str, Any]) -> tuple[Response, Any]:
    """Return the file (`kind`: csv or xlsx), and a function that logs the export after the request."""
    body = _csv(report) if kind == "csv" else _xlsx(report)
    response = Response(body, mimetype=None)
    response.headers["Content-Type"] = MIME[kind]
    name = f"{report.name}-{clock.today(actor.zone):%Y-%m-%d}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    rows, user_id = sum(len(s.rows) for s in report.sections), actor.id

    def log() -> None:
        log_export(user_id, f"report:{report.name}", args, rows, kind)

    return response, log


def _lines(section: ReportSection) -> list[list[ReportCell]]:
    return [*section.rows, *([section.totals] if section.totals else [])]


def _csv(report: Report) -> bytes:
    buffer = io.StringIO()
    buffer.write(MARK)
    out = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    for section in report.sections:
        out.writerow(["question", *(head.name for head in section.columns)])
        for line in _lines(section):
            out.writerow([section.name, *(_plain(cell.value) for cell in line)])
        out.writerow([])
    return buffer.getvalue().encode()


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int | Decimal | date) else escape_formula(str(value))


def _xlsx(report: Report) -> bytes:
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    import xlsxwriter  # noqa: PLC0415 - slow to import, and only needed here

    with xlsxwriter.Workbook(file, options | {"default_date_format": "yyyy-mm-dd"}) as book:
        bold = book.add_format({"bold": True})
        for section in report.sections:
            _fill(book.add_worksheet(section.name), section, bold)
    return file.getvalue()


def _fill(sheet: Any, section: ReportSection, bold: Any) -> None:
    sheet.write_string(0, 0, section.title, bold)
    sheet.write_string(1, 0, section.summary)
    for column, head in enumerate(section.columns):
        sheet.write_string(3, column, head.label, bold)
    for row, line in enumerate(_lines(section), 4):
        _write(sheet, row, line)
    if section.note:
        sheet.write_string(5 + len(_lines(section)), 0, section.note)


def _write(sheet: Any, row: int, line: Sequence[ReportCell]) -> None:
    for column, cell in enumerate(line):
        match cell.value:
            case None | "":
                continue
            case date():
                sheet.write_datetime(row, column, cell.value)
            case int() | Decimal():
                sheet.write_number(row, column, cell.value)
            case _:
                sheet.write_string(row, column, str(cell.value))
