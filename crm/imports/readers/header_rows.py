"""The header row of a table: found by known headings, and put together when it has two or three lines."""

from __future__ import annotations

from crm.imports.readers.headings import blocked_heading_reason, is_known_heading
from crm.imports.readers.samples import is_value

#: Headings stand within the first rows; LinkedIn puts three lines of explanation above them.
HEADINGS_WITHIN = 20
#: Most lines of a header: a group, its columns, and their names in another language.
MOST_HEADER_LINES = 3


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
    while index - start < MOST_HEADER_LINES - 1 and index + 1 < len(rows) and _continues(rows[index], rows[index + 1]):
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


def repeats_header(cells: tuple[str, ...], headings: tuple[str, ...]) -> bool:
    """Return whether a row is the header once more, as at the top of each printed page."""
    return cells == headings and count_known_headings(list(headings)) > 1


def count_known_headings(row: list[str]) -> int:
    """Return the number of known headings in a row, if half its cells are: the only one, or two and more."""
    filled = [cell for cell in row if cell]
    count = sum(map(is_known_heading, filled))
    return count if 2 * count >= len(filled) and (count > 1 or len(filled) == 1) else 0


def _continues(row: list[str], below: list[str]) -> bool:
    """Return whether the row below is part of the header: two cells repeat it (merged ones), or most are headings.

    A row with an email address or phone number isn't.
    """
    filled = [cell for cell in below if cell]
    if any(map(is_value, filled)):
        return False
    repeated = sum(cell == other and is_known_heading(cell) for cell, other in zip(row, below, strict=False))
    headings = sum(map(is_known_heading, filled))
    return repeated > 1 or (headings > 1 and 3 * headings >= 2 * len(filled))
