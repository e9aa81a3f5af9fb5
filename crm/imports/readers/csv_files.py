"""CSV text to lists of cells: finds the separator, keeps quoted line breaks, refuses bombs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from itertools import islice

from crm.core.deadline import check_time
from crm.core.i18n.formats import num
from crm.core.words import _l
from crm.imports.readers.cells import clean_cell
from crm.imports.readers.errors import ReadError
from crm.imports.readers.limits import MAX_CELL, MAX_CELLS, MAX_COLUMNS, MAX_RECORD, MAX_ROWS

SEPARATORS = (",", ";", "\t", "|")
#: Lines read to find the separator.
_SAMPLE_SIZE = 30
#: Lines above the headings that do not count against the limit of rows.
_SPARE_ROWS = 50


def guess_separator(text: str, count_headings: Callable[[list[str]], int]) -> str:
    """Return the separator that gives a line the most known headings: cells with lists contain separators, too.

    If there are none, it is the one that gives the most lines the same, largest number of cells; a comma if none does.
    Excel's own first line `sep=;` wins.
    """
    first = text.lstrip()[:6].lower()
    if first.startswith("sep=") and len(first) > 4 and first[4] in SEPARATORS:
        return first[4]
    samples = {separator: _read_sample(text, separator) for separator in SEPARATORS}
    scores = {
        separator: (max(map(count_headings, rows), default=0), *_measure_width(rows))
        for separator, rows in samples.items()
    }
    return max(SEPARATORS, key=lambda separator: scores[separator])


def _read_sample(text: str, separator: str) -> list[list[str]]:
    """Return the first lines; none if they can't be read with a separator."""
    try:
        reader = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=separator)
        return [[clean_cell(cell) for cell in row[:MAX_COLUMNS]] for row in islice(reader, _SAMPLE_SIZE)]
    except csv.Error:
        return []


def _measure_width(rows: list[list[str]]) -> tuple[int, int]:
    """Return the number of cells in all lines of the most common width above one, and that width."""
    wide = [len(row) for row in rows if len(row) > 1]
    if not wide:
        return (0, 0)
    usual = max(set(wide), key=lambda width: (wide.count(width), width))
    return (wide.count(usual) * usual, usual)


def read_csv(text: str, separator: str) -> list[list[str]]:
    """Return all rows in order, blank ones as empty lists, so that row numbers agree with a spreadsheet's.

    Raises ReadError over the limits, and for an opening quotation mark without a closing one.
    """
    record: list[str] = []
    rows: list[list[str]] = []
    cells = 0
    reader = csv.reader(_record_lines(io.StringIO(text, newline=""), record), delimiter=separator)
    while True:
        record.clear()
        try:
            row = next(reader, None)
        except csv.Error as wrong:
            # The cell has no end: because of a stray quotation mark, if the record has one.
            refused = _open_quote if any('"' in line for line in record) else cell_too_long_error
            raise refused(len(rows) + 1) from wrong
        if row is None:
            return rows
        cells += len(row)
        _check(row, len(rows) + 1, cells)
        if len(record) > 1:
            _check_quotes("".join(record), separator, len(rows) + 1)
        rows.append([] if _is_blank(row, len(rows)) else [clean_cell(cell) if cell else "" for cell in row])


def _record_lines(lines: Iterator[str], record: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        check_time()
        record.append(line)
        if len(line) > MAX_RECORD:
            raise _row_too_long(number)
        yield line


def _is_blank(row: list[str], above: int) -> bool:
    return not any(row) or (above == 0 and row[0].lower().startswith("sep=") and not any(row[1:]))


def _check(row: list[str], number: int, cells: int) -> None:
    if len(row) > MAX_COLUMNS:
        raise too_many_columns_error()
    if number > MAX_ROWS + _SPARE_ROWS or cells > MAX_CELLS:
        raise too_many_rows_error()
    if row and max(map(len, row)) > MAX_CELL:
        raise cell_too_long_error(number)


def _check_quotes(record: str, separator: str, number: int) -> None:
    """Raise ReadError if a record of several lines has an open quotation mark, which the parser would ignore."""
    try:
        next(csv.reader(io.StringIO(record, newline=""), delimiter=separator, strict=True), None)
    except csv.Error as wrong:
        if "end of data" in str(wrong):
            raise _open_quote(number) from wrong


def _row_too_long(number: int) -> ReadError:
    return ReadError(
        "row_too_long",
        _l("Line %(line)s is longer than %(characters)s characters.", line=number, characters=num(MAX_RECORD)),
        _l("Check that this is the right file and that each row ends with a line break."),
    )


def _open_quote(number: int) -> ReadError:
    return ReadError(
        "open_quote",
        _l("Row %(row)s has an opening quotation mark without a closing one.", row=number),
        _l("Remove the stray quotation mark, or save the list as XLSX."),
    )


def too_many_columns_error() -> ReadError:
    """Return the error for a sheet with too many columns."""
    return ReadError(
        "too_wide",
        _l("The sheet has more than %(columns)s columns.", columns=MAX_COLUMNS),
        _l("Delete the columns you don't need, including empty columns on the right."),
    )


def too_many_rows_error() -> ReadError:
    """Return the error for a sheet with too many rows or cells."""
    return ReadError(
        "too_long",
        _l("The sheet has more than %(rows)s rows, or too many cells.", rows=num(MAX_ROWS)),
        _l("Split the file into smaller files and import them one at a time."),
    )


def cell_too_long_error(number: int) -> ReadError:
    """Return the error for a cell with too much text."""
    return ReadError(
        "cell_too_long",
        _l("A cell in row %(row)s has more than %(characters)s characters.", row=number, characters=num(MAX_CELL)),
        _l("Shorten the text, or check for a missing quotation mark."),
    )
