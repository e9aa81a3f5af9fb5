"""The header row of a table: found by known headings, and put together when it has two or three lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, zip_longest

from crm.imports.readers.headings import blocked_heading_reason, is_known_heading
from crm.imports.readers.samples import is_value

#: Headings stand within the first rows; LinkedIn puts three lines of explanation above them.
HEADINGS_WITHIN = 20
#: Most lines of a header: a group, its columns, and their names in another language.
MOST_HEADER_LINES = 3
_HAN = re.compile(r"[\u3400-\u9fff]")


def find_header_row(rows: list[list[str]]) -> int:
    """Return the index of the header row, of the last one if the header has several lines; -1 without any.

    The header row has the most known headings, if half its cells are; else it is the first with two cells, or one.
    """
    first = rows[:HEADINGS_WITHIN]
    counts = [count_known_headings(row) for row in first]
    if max(counts, default=0) == 0:
        wide = next((index for index, row in enumerate(first) if sum(map(bool, row)) > 1), None)
        return wide if wide is not None else next((index for index, row in enumerate(first) if any(row)), -1)
    index = start = counts.index(max(counts))
    while index - start < MOST_HEADER_LINES - 1 and index + 1 < len(rows):
        has_rows_below = any(map(any, rows[index + 2 :]))
        if not _continues(rows[index], rows[index + 1], has_rows_below=has_rows_below):
            break
        index += 1
    return index


def count_header_lines(rows: list[list[str]], index: int) -> int:
    """Return the number of lines of a header that ends with the row `index`: those above have known headings, too."""
    lines = 1
    while lines < MOST_HEADER_LINES and lines <= index and count_known_headings(rows[index - lines]) > 1:
        lines += 1
    return lines


def join_header_lines(lines: list[list[str]]) -> tuple[str, ...]:
    """Return the headings of the columns: the lowest text of each, but one whose column is never imported stays."""
    headings = [""] * max(map(len, lines))
    for line in lines:
        for column, text in enumerate(line):
            if text and not blocked_heading_reason(headings[column]):
                headings[column] = text
    return tuple(headings[: max(column for column, text in enumerate(headings) if text) + 1])


def list_header_repeats(lines: list[list[str]], headings: tuple[str, ...]) -> set[tuple[str, ...]]:
    """Return the rows, casefolded, that are the header or a line of it once more, as at the top of each printed page.

    Merged cells stand in several lines; in a header further down they may be blank below the first.
    """
    if count_known_headings(list(headings)) <= 1:
        return set()
    unmerged = [
        [cell if cell != above else "" for cell, above in zip_longest(line, previous, fillvalue="")]
        for previous, line in pairwise(lines)
    ]
    width = len(headings)
    rows = {fold_row(line[:width] + [""] * (width - len(line))) for line in [list(headings), *lines, *unmerged]}
    return {row for row in rows if sum(map(bool, row)) > 1}


def fold_row(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the cells without case, for comparison."""
    return tuple(cell.casefold() for cell in cells)


def count_known_headings(row: list[str]) -> int:
    """Return the number of known headings in a row, if half its cells are: the only one, or two and more."""
    filled = [cell for cell in row if cell]
    count = sum(map(is_known_heading, filled))
    return count if 2 * count >= len(filled) and (count > 1 or len(filled) == 1) else 0


def _continues(row: list[str], below: list[str], *, has_rows_below: bool) -> bool:
    """Return whether the row below is part of the header: two cells repeat it (merged ones), or most are headings.

    Headings that aren't merged fill blank columns, or name groups or columns of another language: others are values.
    A row with an email address or phone number isn't a header, and neither is the last row of a file.
    """
    filled = [cell for cell in below if cell]
    if any(map(is_value, filled)):
        return False
    if sum(cell == other and is_known_heading(cell) for cell, other in zip(row, below, strict=False)) > 1:
        return True
    headings = sum(map(is_known_heading, filled))
    return has_rows_below and headings > 1 and 3 * headings >= 2 * len(filled) and _names_columns_of(row, below)


def _names_columns_of(row: list[str], below: list[str]) -> bool:
    """Return whether each cell below is under a blank one, a group, itself, or one in another language."""
    width = max(len(row), len(below)) + 1
    upper, lower = row + [""] * (width - len(row)), below + [""] * (width - len(below))
    return all(
        not text
        or not upper[column]
        or upper[column] == text
        or upper.count(upper[column]) > 1
        or (not upper[column + 1] and bool(lower[column + 1]))
        or bool(_HAN.search(upper[column])) != bool(_HAN.search(text))
        for column, text in enumerate(lower[:-1])
    )
