"""A filed report as an XLSX workbook: sessions and clients with real dates and numbers."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from crm.core.policy import Actor
from crm.core.words import _
from crm.interactions.policy import SessionType

from .models import FiledReport
from .queries.filing import load_names

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
DATE_WIDTH, NAME_WIDTH = 12, 40


def build_filed_workbook(actor: Actor, report: FiledReport) -> bytes:
    """Return the workbook of the sessions as they were filed, and of their totals by client."""
    names = load_names(actor, {x["client_id"] for x in report.sessions})
    file = io.BytesIO()
    import xlsxwriter  # noqa: PLC0415 - slow to import, and only needed here

    with xlsxwriter.Workbook(file, OPTIONS) as book:
        _fill(book, _("Sessions"), _session_rows(report, names))
        _fill(book, _("Clients"), _client_rows(report, names))
    return file.getvalue()


def _session_rows(report: FiledReport, names: dict[int, str]) -> list[Sequence[Any]]:
    head = (_("Date"), _("Client"), _("Session type"), _("Contact"), _("Preparation"), _("Travel"))
    return [
        head,
        *(
            (
                date.fromisoformat(x["on"]),
                names.get(x["client_id"], ""),
                str(SessionType.from_code(x["session_type"])),
                x["contact"],
                x["prep"],
                x["travel"],
            )
            for x in report.sessions
        ),
    ]


def _client_rows(report: FiledReport, names: dict[int, str]) -> list[Sequence[Any]]:
    sessions: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for x in report.sessions:
        sessions[x["client_id"]].append(x)
    rows = [
        (names.get(i, ""), len(group), sum(x["contact"] + x["prep"] for x in group)) for i, group in sessions.items()
    ]
    return [(_("Client"), _("Sessions"), _("Counseling minutes")), *sorted(rows)]


def _fill(book: Any, title: str, rows: Sequence[Sequence[Any]]) -> None:
    sheet, bold = book.add_worksheet(title), book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if isinstance(value, date):
                sheet.write_datetime(row, column, value, day)
            elif isinstance(value, int):
                sheet.write_number(row, column, value)
            else:
                sheet.write_string(row, column, value, None if row else bold)
    sheet.set_column(0, 0, DATE_WIDTH)
    sheet.set_column(0 if title == _("Clients") else 1, 1, NAME_WIDTH)
    sheet.freeze_panes(1, 0)
