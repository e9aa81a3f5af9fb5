"""The columns and the file settings that the preview page of an import shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from crm.core.i18n.formats import num
from crm.core.words import Lazy, _, join_facts

from .labels import ENCODINGS, SEPARATORS, target_choices
from .readers.charset import OFFERED_ENCODINGS
from .readers.csv_files import SEPARATORS as SEPARATORS_READ
from .source import ImportSource

FIRST_ROWS, FIRST_ROWS_CELL_CHARS = 5, 40


class ImportColumn(NamedTuple):
    """A column of the file: letter, heading, first value and field (`code`), or the reason why it is never imported.

    `first` is "" for a column that is never imported.
    """

    at: int
    letter: str
    heading: str
    first: str
    is_empty: bool
    code: str
    is_guess: bool
    blocked_reason: Lazy | None
    choices: Sequence[tuple[str, str]]


def build_columns(source: ImportSource, codes: Sequence[str]) -> list[ImportColumn]:
    """Return the columns of a table for the page."""
    if source.table is None:
        return []
    columns = []
    rows = [row.cells for row in source.table.rows]
    for guess, code in zip(source.guesses(), codes, strict=True):
        index = guess.column
        is_guess = bool(code) and not guess.is_certain and guess.target is not None and guess.target.code == code
        first = next((cells[index] for cells in rows if cells[index]), "")
        columns.append(
            ImportColumn(
                index,
                _letter(index),
                guess.heading,
                first[:60] if not guess.blocked_reason else "",
                not first,
                code,
                is_guess,
                guess.blocked_reason,
                () if guess.blocked_reason else target_choices(source.kind, code),
            )
        )
    return columns


def first_rows(source: ImportSource, columns: Sequence[ImportColumn]) -> list[str]:
    """Return the first rows of a table as one line each, without columns that are never imported."""
    if source.table is None:
        return []
    allowed = [column.at for column in columns if not column.blocked_reason]
    rows = [row.cells for row in source.table.rows[:FIRST_ROWS]]
    return [join_facts(cells[i][:FIRST_ROWS_CELL_CHARS] for i in allowed if cells[i]) for cells in rows]


def _letter(index: int) -> str:
    """Return the column's letter in a spreadsheet: A, B, ... Z, AA."""
    before, index = divmod(index, 26)
    return (_letter(before - 1) if before else "") + chr(ord("A") + index)


def list_encodings(source: ImportSource) -> list[tuple[str, str]]:
    """Return the encodings to choose from, as code and label with the number of readable lines."""
    tried = {c.encoding: c for c in source.candidates}
    offered = list(OFFERED_ENCODINGS) if source.encoding in OFFERED_ENCODINGS else [source.encoding, *OFFERED_ENCODINGS]
    options = []
    for name in offered if source.encoding else ():
        candidate = tried.get(name)
        label = str(ENCODINGS.get(name, name))
        if candidate is not None and candidate.readable < candidate.lines:
            n, total = num(candidate.readable), num(candidate.lines)
            label = _("%(name)s: %(n)s of %(all)s lines readable", name=label, n=n, all=total)
        elif candidate is not None:
            label = _("%(name)s: all lines readable", name=label)
        options.append((name, label))
    return options


def list_separators(source: ImportSource) -> list[tuple[str, str]]:
    """Return the separators to choose from, as character and label; none for a workbook."""
    if source.table is None or not source.table.separator:
        return []
    return [(mark, str(SEPARATORS[mark])) for mark in SEPARATORS_READ]
