"""XLSX to lists of cells: the zip directory and the sheet's size are checked before anything is unpacked."""

from __future__ import annotations

import io
import zipfile
from typing import NamedTuple

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum, ZipError

from crm.core.deadline import check_time
from crm.core.words import _l
from crm.imports.readers.cells import workbook_cell_text
from crm.imports.readers.csv_files import cell_too_long_error
from crm.imports.readers.errors import ReadError
from crm.imports.readers.extents import check_sheet, list_sheet_parts, shared_lengths
from crm.imports.readers.header_rows import HEADINGS_WITHIN, MOST_HEADER_LINES, count_known_headings
from crm.imports.readers.kinds import broken_workbook_error
from crm.imports.readers.limits import MAX_CELL, MAX_ZIP_BYTES, MAX_ZIP_PARTS, MAX_ZIP_RATIO, ZIP_RATIO_FROM_BYTES

_COVER = 10
"""Most filled rows of a cover sheet."""
#: The first and the last cell of merged cells, as row and column from 0.
_MergedRange = tuple[tuple[int, int], tuple[int, int]]


class Sheet(NamedTuple):
    """One sheet's rows, blank ones as empty lists, the names of all visible sheets, and the number of hidden rows."""

    name: str
    sheets: tuple[str, ...]
    rows: list[list[str]]
    hidden_rows: int = 0


def read_workbook(data: bytes, sheet: str | None = None) -> Sheet:
    """Read one sheet: the named one, the first visible one that looks like a table, or the first with data.

    Raises ReadError for damaged, locked and oversized workbooks and for an unknown sheet.
    """
    hidden_rows = _check_parts(data)
    is_hidden = False
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = tuple(
            meta.name
            for meta in book.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet and meta.visible == SheetVisibleEnum.Visible
        )
        is_hidden = any(meta.visible != SheetVisibleEnum.Visible for meta in book.sheets_metadata)
        if sheet is not None and sheet not in names:
            raise _no_sheet(names)
        if sheet is not None:
            return Sheet(sheet, names, _rows(book, sheet), hidden_rows.get(sheet, 0))
        chosen = _first_table(book, names)
        if chosen is not None:
            return chosen._replace(hidden_rows=hidden_rows.get(chosen.name, 0))
    except PasswordError as wrong:
        raise ReadError(
            "password",
            _l("The workbook is password-protected."),
            _l("Remove the password and save the workbook as XLSX."),
        ) from wrong
    except (CalamineError, ZipError, OSError, ValueError) as wrong:
        if isinstance(wrong, ReadError):
            raise
        raise broken_workbook_error() from wrong
    hint = _l("Show its hidden sheets and save it again.") if is_hidden else _l("Check that this is the right file.")
    raise ReadError("empty", _l("The workbook has no sheet with data."), hint)


def _first_table(book: CalamineWorkbook, names: tuple[str, ...]) -> Sheet | None:
    """Return the first sheet that looks like a table, or else the first with data.

    A header without rows comes before a table without known headings: our exports end with a sheet about the file.
    """
    fallback: Sheet | None = None
    for name in names:
        candidate = Sheet(name, names, _rows(book, name))
        is_other = fallback is not None and _has_header(fallback.rows) and not _has_header(candidate.rows)
        if _is_table(candidate.rows) and not is_other:
            return candidate
        fallback = fallback or (candidate if candidate.rows else None)
    return fallback


def _rows(book: CalamineWorkbook, name: str) -> list[list[str]]:
    rows: list[list[str]] = []
    sheet = book.get_sheet_by_name(name)
    # The iterator starts at the first row, and at the first column with a value.
    for values in sheet.iter_rows():
        check_time()
        cells = [workbook_cell_text(value) for value in values]
        if max(map(len, cells), default=0) > MAX_CELL:
            raise cell_too_long_error(len(rows) + 1)
        rows.append(cells if any(cells) else [])
    if sheet.start is not None:
        _fill_merged_headings(rows, sheet.merged_cell_ranges or [], sheet.start[1])
    return rows if any(rows) else []


def _fill_merged_headings(rows: list[list[str]], ranges: list[_MergedRange], first_column: int) -> None:
    """Write the text of header cells that are merged downward into each row of the header that isn't blank otherwise.

    Merged values stay in their first row: two rows with one name are often one record.
    """
    headers = {top for top, row in enumerate(rows[:HEADINGS_WITHIN]) if count_known_headings(row) > 1}
    for (top, start), (bottom, _end) in ranges:
        check_time()
        column = start - first_column
        text = rows[top][column] if top in headers and 0 <= column < len(rows[top]) else ""
        for cells in rows[top + 1 : min(bottom + 1, top + MOST_HEADER_LINES)] if text else ():
            if column < len(cells) and not cells[column]:
                cells[column] = text


def _is_table(rows: list[list[str]]) -> bool:
    """Return whether there are headings with rows below; a cover sheet has lines of text."""
    return sum(len([cell for cell in row if cell]) > 1 for row in rows) > 1 or sum(map(bool, rows)) > _COVER


def _has_header(rows: list[list[str]]) -> bool:
    return any(count_known_headings(row) > 1 for row in rows[:HEADINGS_WITHIN])


def _no_sheet(names: tuple[str, ...]) -> ReadError:
    return ReadError(
        "no_sheet",
        _l("This sheet isn't in the workbook."),
        _l("Choose one of these sheets: %(names)s.", names=", ".join(names)),
    )


def _check_parts(data: bytes) -> dict[str, int]:
    """Return the number of hidden rows by sheet.

    Raises ReadError for bombs: by the zip directory, then by the real size of the sheets, read as a stream.
    """
    hidden_rows: dict[str, int] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_ZIP_PARTS or sum(part.file_size for part in parts) > MAX_ZIP_BYTES:
                raise _too_large_error()
            for part in parts:
                _check_directory_entry(part)
            strings = shared_lengths(archive)
            for part in parts:
                if part.filename.lower().startswith("xl/worksheets/") and part.filename.lower().endswith(".xml"):
                    hidden_rows[part.filename] = check_sheet(archive, part, strings)
            if not any(hidden_rows.values()):
                return {}
            return {name: hidden_rows.get(path, 0) for name, path in list_sheet_parts(archive).items()}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as wrong:
        if isinstance(wrong, ReadError):
            raise
        raise broken_workbook_error() from wrong


def _check_directory_entry(part: zipfile.ZipInfo) -> None:
    is_tight = part.file_size > MAX_ZIP_RATIO * max(part.compress_size, 1)
    if part.file_size > ZIP_RATIO_FROM_BYTES and is_tight:
        raise _too_large_error()
    is_encrypted = part.flag_bits & 1
    if is_encrypted:
        raise broken_workbook_error()


def _too_large_error() -> ReadError:
    return ReadError(
        "bomb",
        _l("The workbook is too large when uncompressed."),
        _l("Copy the cells you need into a new workbook and import that."),
    )
