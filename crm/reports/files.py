"""A report as a file: XLSX with a sheet for each table, CSV with a file for each table in one ZIP archive, or PDF."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Response

from crm.core import clock
from crm.core.forms.choice_sources import current_language
from crm.core.lists.export import BYTE_ORDER_MARK, MIME
from crm.core.lists.export_log import log_export
from crm.core.lists.formulas import escape_formula
from crm.core.policy import Actor
from crm.core.words import _

from .definitions import ReportDefinition
from .layout import Report, ReportCell, ReportSection
from .pdf import build_report_pdf
from .workbook import build_workbook

Facts = Sequence[tuple[str, str]]
TYPES = {"csv": "application/zip", "xlsx": MIME["xlsx"], "pdf": "application/pdf"}


def export_report(
    definition: ReportDefinition, report: Report, facts: Facts, kind: str, actor: Actor, args: dict[str, Any]
) -> tuple[Response, Any]:
    """Return the file (`kind`: csv, xlsx or pdf), and a function that logs the export after the request.

    `facts` are what the first sheet or page says about the report.
    """
    body = _build(definition, report, facts, kind, actor)
    extension = "zip" if kind == "csv" else kind
    response = Response(body, mimetype=None)
    response.headers["Content-Type"] = TYPES[kind]
    name = f"{definition.name}-{clock.today(actor.zone):%Y-%m-%d}.{extension}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    rows, user_id = sum(len(s.rows) for s in report.sections), actor.id

    def log() -> None:
        log_export(user_id, f"report:{definition.name}", args, rows, kind)

    return response, log


def _build(definition: ReportDefinition, report: Report, facts: Facts, kind: str, actor: Actor) -> bytes:
    if kind == "csv":
        return _archive(report, facts)
    title = str(definition.title)
    if kind == "pdf":
        return build_report_pdf(title, report, facts, country=actor.country, language=current_language())
    return build_workbook(title, report, facts)


def _archive(report: Report, facts: Facts) -> bytes:
    """Return a ZIP archive with one CSV file for each table, and one about the report."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        texts = [(_("Answer"), report.answer), *([(_("Note"), report.note)] if report.note else [])]
        archive.writestr("report.csv", _csv([["fact", "value"], *facts, *texts]))
        for section in report.sections:
            archive.writestr(f"{section.name}.csv", _csv(_table(section)))
    return file.getvalue()


def _table(section: ReportSection) -> list[list[str]]:
    """Return the headings and lines of a table.

    A column with amounts is followed by one with their currency, and one with what they leave out, if anything.
    """
    with_currency = {i for i, _head in enumerate(section.columns) if any(row[i].currency for row in section.lines)}
    partial = section.partial_columns
    heads: list[str] = []
    for i, head in enumerate(section.columns):
        heads += [head.name, f"{head.name}_currency"] if i in with_currency else [head.name]
        heads += [f"{head.name}_unconverted"] if i in partial else []
    return [heads, *(_line(line, with_currency, partial) for line in section.lines)]


def _line(line: Sequence[ReportCell], with_currency: set[int], partial: set[int]) -> list[str]:
    texts: list[str] = []
    for i, cell in enumerate(line):
        texts.append(_plain(cell.value))
        if i in with_currency:
            texts.append(cell.currency if cell.value is not None else "")
        if i in partial:
            texts.append(escape_formula(cell.unconverted))
    return texts


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    buffer = io.StringIO()
    buffer.write(BYTE_ORDER_MARK)
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows(rows)
    return buffer.getvalue().encode()


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int | Decimal | date) else escape_formula(str(value))
