"""CSV and XLSX files as tables of headings and rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from crm.core.words import Lazy, _l
from crm.imports.readers.amounts import strip_marks
from crm.imports.readers.charset import Candidate, decode_bytes
from crm.imports.readers.csv_files import SEPARATORS, guess_separator, read_csv, too_many_rows_error
from crm.imports.readers.errors import ReadError
from crm.imports.readers.header_rows import (
    count_header_lines,
    count_known_headings,
    find_header_row,
    fold_row,
    join_header_lines,
    list_header_repeats,
)
from crm.imports.readers.headings import is_phone_heading
from crm.imports.readers.kinds import FileKind, detect_file_kind
from crm.imports.readers.limits import MAX_ROWS
from crm.imports.readers.samples import is_value
from crm.imports.readers.table_notes import damage_note, header_notes, hidden_note, skipped_note
from crm.imports.readers.workbooks import read_workbook

_UNIT = r"(人|家|个|個|条|條|名|位|people|rows|records|companies|contacts)"
_TOTAL = re.compile(
    rf"((grand |sub)?totals?|合计|总计|小计|共计|合計|總計|小計|共計|[总總]人?[数數]|共(?= ?\d))"
    rf"(?P<count> ?[:：]? ?\d[\d,. ]*{_UNIT}?)?[:：]?",
    re.IGNORECASE,
)
#: What stands alone in a row above or below a list: notes, sources, who made it, page numbers.
_REMARK = re.compile(
    r"(notes?|remarks?|sources?|备注|注|附注|说明|備註|註|說明|(数据|资料)来源|(數據|資料)來源|"
    r"[制製]表人?|填表人|[审審]核人) ?[:：].+"
    r"|(prepared|printed|generated|exported|created) (by|on) .+|page \d+( (of|/) \d+)?|第 ?\d+ ?[页頁].*",
    re.IGNORECASE | re.DOTALL,
)
#: A total without its currency; a + begins a phone number.
_NUMBER = re.compile(rf"-?\d[\d,.]*( ?{_UNIT})?", re.IGNORECASE)
_PHONE_DIGITS = 7
_NAME_COLUMNS = _l("Add a row with column names at the top.")


class TableRow(NamedTuple):
    """One row. `line` is its number in a spreadsheet; `extra_cells` are to the right of the last heading."""

    line: int
    cells: tuple[str, ...]
    extra_cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """Headings and rows, each row as wide as the headings. CSV has a separator and an encoding, XLSX sheets."""

    headings: tuple[str, ...]
    rows: tuple[TableRow, ...]
    heading_line: int
    encoding: str = ""
    is_certain: bool = True
    candidates: tuple[Candidate, ...] = ()
    separator: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    notes: tuple[Lazy, ...] = ()


def read_table(
    data: bytes,
    *,
    encoding: str | None = None,
    separator: str | None = None,
    sheet: str | None = None,
    heading_line: int | None = None,
) -> Table:
    """Read a CSV or XLSX file. Arguments are choices of a user and win over guesses.

    `heading_line` counts from 1. Raises ReadError for other files.
    """
    kind = detect_file_kind(data)
    if kind is FileKind.WORKBOOK:
        book = read_workbook(data, sheet)
        table = _table(book.rows, heading_line)
        notes = (*table.notes, *([hidden_note(book.hidden_rows)] if book.hidden_rows else ()))
        return replace(table, sheet=book.name, sheets=book.sheets, notes=notes)
    if kind is not FileKind.TEXT:
        raise _other_reader(kind)
    return _text_table(data, encoding, separator, heading_line)


def _text_table(data: bytes, encoding: str | None, separator: str | None, heading_line: int | None) -> Table:
    if separator is not None and separator not in SEPARATORS:
        raise ReadError("separator", _l("This separator isn't supported."), _l("Choose an option from the list."))
    decoded = decode_bytes(data, encoding)
    chosen = separator or guess_separator(decoded.text, count_known_headings)
    table = _table(read_csv(decoded.text, chosen), heading_line)
    return replace(
        table,
        notes=(damage_note(decoded.damaged), *table.notes) if decoded.damaged else table.notes,
        encoding=decoded.encoding,
        is_certain=decoded.is_certain,
        candidates=decoded.candidates,
        separator=chosen,
    )


def _other_reader(kind: FileKind) -> ReadError:
    if kind is FileKind.VCARD:
        return ReadError("vcard", _l("This file is a vCard, not a table."), _l("Import the file as people."))
    return ReadError(
        "xml", _l("This file is XML, not a table."), _l("Import the file as U.S. posts, or save it as XLSX.")
    )


def _table(rows: list[list[str]], heading_line: int | None) -> Table:
    heading_index = find_header_row(rows) if heading_line is None else heading_line - 1
    if not 0 <= heading_index < len(rows) or not any(rows[heading_index]):
        raise ReadError("no_headings", _l("The file has no header row."), _NAME_COLUMNS)
    if heading_line is None:
        _refuse_values(rows[heading_index])
    lines = count_header_lines(rows, heading_index)
    header = rows[heading_index - lines + 1 : heading_index + 1]
    headings = join_header_lines(header)
    table_rows, totals = _split_totals(rows, heading_index, header, headings)
    if not table_rows:
        why = skipped_note([row.line for row in totals]) if totals else _l("The file has column headers but no rows.")
        raise ReadError("no_rows", why, _l("Check that this is the right file."))
    notes = header_notes(heading_index, lines, [row.line for row in table_rows if row.extra_cells])
    if totals:
        notes.append(skipped_note([row.line for row in totals]))
    return Table(headings, tuple(table_rows), heading_index + 1, notes=tuple(notes))


def _split_totals(
    rows: list[list[str]], heading_index: int, header: list[list[str]], headings: tuple[str, ...]
) -> tuple[list[TableRow], list[TableRow]]:
    """Return the rows below the header row, and those with totals or notes. Raises ReadError if there are too many."""
    width = len(headings)
    repeats = list_header_repeats(header, headings)
    phones = [index for index, heading in enumerate(headings) if is_phone_heading(heading)]
    table_rows: list[TableRow] = []
    totals: list[TableRow] = []
    for number, cells in enumerate(rows[heading_index + 1 :], heading_index + 2):
        if not any(cells):
            continue
        row = TableRow(number, _pad_cells(cells, width), tuple(cell for cell in cells[width:] if cell))
        if not row.extra_cells and fold_row(row.cells) in repeats:
            continue
        has_phone = any(sum(map(str.isdigit, row.cells[index])) >= _PHONE_DIGITS for index in phones)
        (totals if not has_phone and _is_total(row) else table_rows).append(row)
        if len(table_rows) > MAX_ROWS:
            raise too_many_rows_error()
    remarks = _find_remarks(table_rows, rows) if width > 1 else set()
    return [row for row in table_rows if row not in remarks], sorted((*totals, *remarks))


def _find_remarks(table_rows: list[TableRow], rows: list[list[str]]) -> set[TableRow]:
    """Return the remarks: those after a blank row, and those at the end of a list that has rows with two cells."""
    remarks: set[TableRow] = set()
    for row, previous in zip(table_rows, [None, *table_rows], strict=False):
        if _is_remark(row) and (not any(rows[row.line - 2]) or previous in remarks):
            remarks.add(row)
    end = len(table_rows)
    while end and _is_remark(table_rows[end - 1]):
        end -= 1
    has_wide_rows = any(sum(map(bool, row.cells)) > 1 for row in table_rows[:end])
    return remarks.union(table_rows[end:] if has_wide_rows else ())


def _is_remark(row: TableRow) -> bool:
    """Return whether a row has only its first cell, which says something about the list."""
    first, *rest = (*row.cells, *row.extra_cells)
    return not any(rest) and _REMARK.fullmatch(first) is not None


def _is_total(row: TableRow) -> bool:
    """Return whether a row begins with a word for a total, and has nothing but amounts otherwise."""
    match = _TOTAL.fullmatch(next(filter(None, row.cells), ""))
    if match is None:
        return False
    _word, *numbers = filter(None, (*row.cells, *row.extra_cells))
    # "Total" alone may be a name.
    return all(_NUMBER.fullmatch(strip_marks(text)) for text in numbers) and bool(numbers or match["count"])


def _refuse_values(row: list[str]) -> None:
    """Raise ReadError if the header row contains values: they would be lost."""
    value = next(filter(is_value, row), None)
    if value is not None and not count_known_headings(row):
        raise ReadError(
            "no_headings",
            _l("The file has no header row: “%(cell)s” isn't a column name.", cell=value[:60]),
            _NAME_COLUMNS,
        )


def _pad_cells(cells: list[str], width: int) -> tuple[str, ...]:
    return tuple(cells[:width]) + ("",) * (width - len(cells))
