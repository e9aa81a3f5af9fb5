"""Lists as files: CSV for programs (stable names, codes), XLSX for people (labels), vCard; each export is logged.

A file has all rows of the list that the user may see, without the confidential ones.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, stream_with_context
from werkzeug.datastructures import MultiDict

from crm.core import clock
from crm.core.i18n import formats
from crm.core.lists.batches import ExportCounts, read_batches
from crm.core.lists.declare import Col, Listing
from crm.core.lists.export_log import ExportedRecords, log_export
from crm.core.lists.formulas import WORKBOOK_OPTIONS, escape_formula
from crm.core.lists.page import describe_excluded_rows
from crm.core.lists.sheet_names import name_sheet
from crm.core.lists.state import ListState, parse
from crm.core.policy import Actor
from crm.core.texts import text_width
from crm.core.words import LabeledEnum, _

CELL_CHARS = 32_767
SHEET_ROWS = 1_048_576
COLUMN_WIDTH, WIDE_COLUMN = 18, 36
"""Widths in characters: a date with a time needs 18; a name gets 36."""
WIDE_KINDS = ("name", "link", "long")
BYTE_ORDER_MARK = "\ufeff"
CARD_VERSIONS = {"vcf": "4.0", "vcf3": "3.0"}
"""Formats of contacts, with the version of vCard."""
MIME = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    **dict.fromkeys(CARD_VERSIONS, "text/vcard; charset=utf-8"),
}


def stream_file(listing: Listing, actor: Actor, state: ListState) -> Response:
    """Stream the whole list as a file; it is logged after the last row, or when the client disconnects."""
    write = _csv if state.format == "csv" else partial(_xlsx, str(listing.title))
    suffix = "vcf" if state.format in CARD_VERSIONS else state.format
    name = f"{listing.name}-{clock.today(actor.zone):%Y-%m-%d}.{suffix}"
    response = Response(stream_with_context(_logged(write, listing, actor, state)), mimetype=None)
    response.headers["Content-Type"] = MIME[state.format]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def write_whole(listing: Listing, actor: Actor, out: Any, kind: str = "csv") -> int:
    """Write a whole list to a binary file, including archived rows, and log it. Return the number of rows."""
    state = parse(listing, MultiDict({"archived": "all"} if listing.has_archive else {}), actor)
    counts = ExportCounts()
    out.writelines(_logged(_csv, listing, actor, replace(state, format=kind), counts))
    return counts.rows


def _logged(
    write: Any, listing: Listing, actor: Actor, state: ListState, counts: ExportCounts | None = None
) -> Iterator[bytes]:
    counts = counts or ExportCounts()
    cols = [c for c in listing.cols_for(actor) if c.export]
    try:
        if state.format in CARD_VERSIONS:
            yield from _build_cards(listing, actor, state, counts)
        else:
            yield from write(cols, _rows(listing, actor, state, cols, counts), counts)
    finally:
        request_values: dict[str, Any] = {"sort": state.sort, "q": state.q}
        request_values["filters"] = {k: list(x) for k, x in state.raw.items()}
        request_values |= {"ids": list(state.ids)} if state.ids else {}
        request_values |= {"in": [group.param for group in state.groups]} if state.groups else {}
        records = ExportedRecords(listing.kind, counts.ids) if listing.is_of_records else None
        log_export(actor.id, listing.name, request_values, counts.rows, state.format, records)


def _rows(
    listing: Listing, actor: Actor, state: ListState, cols: Sequence[Col], counts: ExportCounts
) -> Iterator[list[Any]]:
    """Yield the values of all rows."""
    for batch in read_batches(listing, actor, state, cols, counts):
        facts = listing.after_page([r[0] for r in batch], actor) if listing.after_page else {}
        for row in batch:
            yield _values(cols, row, facts.get(row[0], {}))


def _build_cards(listing: Listing, actor: Actor, state: ListState, counts: ExportCounts) -> Iterator[bytes]:
    for batch in read_batches(listing, actor, state, (), counts):
        if listing.build_cards is not None:
            ids = [row[0] for row in batch]
            yield "".join(listing.build_cards(actor, ids, CARD_VERSIONS[state.format])).encode()


def _values(cols: Sequence[Col], row: Sequence[Any], facts: dict[str, Any]) -> list[Any]:
    values, position = [], 1
    for col in cols:
        value = row[position] if col.sql is not None else facts.get(col.name)
        if isinstance(value, tuple):
            value = value[1] if col.kind == "link" else value[0]
        values.append(value)
        position += len(col.parts)
    return values


def _csv(cols: Sequence[Col], rows: Iterator[list[Any]], _counts: ExportCounts) -> Iterator[bytes]:
    buffer = io.StringIO()
    out = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    buffer.write(BYTE_ORDER_MARK)
    out.writerow([c.name for c in cols])
    for row in rows:
        out.writerow([_write_code(value) for value in row])
        if buffer.tell() > 1 << 16:
            yield _take_text(buffer)
    yield _take_text(buffer)


def _take_text(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _write_code(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case LabeledEnum():
            return str(value.value)
        case datetime():
            return value.isoformat(timespec="minutes")
        case date() | int() | float() | Decimal():
            return str(value)
    return escape_formula(str(value))


def _xlsx(title: str, cols: Sequence[Col], rows: Iterator[list[Any]], counts: ExportCounts) -> Iterator[bytes]:
    """Write the workbook row by row into a temporary file, then send it."""
    options = {
        "constant_memory": True,
        "default_date_format": "yyyy-mm-dd",
        **WORKBOOK_OPTIONS,
    }
    with tempfile.TemporaryFile() as file:
        import xlsxwriter  # noqa: PLC0415 - only workbooks need it

        with xlsxwriter.Workbook(file, options) as book:
            _fill(book, title, cols, rows)
            _describe(book, counts)
        file.seek(0)
        while piece := file.read(1 << 16):
            yield piece


def _fill(book: Any, title: str, cols: Sequence[Col], rows: Iterator[list[Any]]) -> None:
    bold, moment = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    zone = ZoneInfo(formats.zone_of_reader())
    sheet, row_number = None, SHEET_ROWS
    for row in rows:
        if row_number == SHEET_ROWS:
            sheet, row_number = _sheet(book, title, cols, bold), 1
        for i, value in enumerate(row):
            _put(sheet, row_number, i, value, moment, zone)
        row_number += 1
    if sheet is None:
        _sheet(book, title, cols, bold)


def _describe(book: Any, counts: ExportCounts) -> None:
    """Add a last sheet that says how many rows the file has, and how many it leaves out and why."""
    sheet = book.add_worksheet(name_sheet(_("About this file"), book.sheetnames))
    sheet.write_row(0, 0, [_("Rows"), counts.rows])
    sheet.write_row(1, 0, [_("Left out"), counts.excluded_rows, describe_excluded_rows(counts.excluded_rows)])


def _sheet(book: Any, title: str, cols: Sequence[Col], bold: Any) -> Any:
    sheet = book.add_worksheet(name_sheet(title, book.sheetnames))
    sheet.freeze_panes(1, 0)
    for i, col in enumerate(cols):
        label, width = str(col.label), WIDE_COLUMN if col.kind in WIDE_KINDS else COLUMN_WIDTH
        sheet.write_string(0, i, label, bold)
        sheet.set_column(i, i, max(width, text_width(label) + 2))
    return sheet


def _put(sheet: Any, row_number: int, i: int, value: Any, moment: Any, zone: ZoneInfo) -> None:
    match value:
        case None | "":
            return
        case bool():
            sheet.write_string(row_number, i, _("yes") if value else _("no"))
        case datetime():
            sheet.write_datetime(row_number, i, value.astimezone(zone).replace(tzinfo=None), moment)
        case date():
            sheet.write_datetime(row_number, i, value)
        case int() | float() | Decimal():
            sheet.write_number(row_number, i, value)
        case _:
            sheet.write_string(row_number, i, str(value)[:CELL_CHARS])
