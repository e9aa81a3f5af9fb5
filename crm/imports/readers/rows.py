"""The cells of a row by field, and their problems."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple, TypeVar

from crm.core.deadline import check_time
from crm.core.i18n.formats import num
from crm.core.texts import clean_line, clean_text
from crm.core.words import Lazy, _l
from crm.imports.readers.errors import BadCell
from crm.imports.readers.headings import Mapping, allowed_mapping
from crm.imports.readers.tables import Table
from crm.imports.readers.targets import FieldTarget

T = TypeVar("T")
#: Target, heading and text.
Cell = tuple[FieldTarget, str, str]


class CellProblem(NamedTuple):
    """A problem of a cell, by heading ("" means the row). `refuses`: the row can't be imported."""

    column: str
    message: Lazy
    refuses: bool = False


class CheckedRow:
    """A row of a file whose class has the problems that were found in it."""

    problems: tuple[CellProblem, ...]

    @property
    def is_refused(self) -> bool:
        """Whether the row has an error and can't be imported."""
        return any(problem.refuses for problem in self.problems)


class RowCells:
    """The filled cells of one row by field, and the problems found while reading them."""

    def __init__(self, line: int, cells: list[Cell]) -> None:
        self.line = line
        self._problems: list[CellProblem] = []
        self._cells: dict[str, list[Cell]] = {}
        for target, heading, text in cells:
            if cleaned := clean_text(text):
                self._cells.setdefault(target.field, []).append((target, heading, cleaned))

    @property
    def problems(self) -> tuple[CellProblem, ...]:
        """The problems found so far."""
        return tuple(self._problems)

    @property
    def is_refused(self) -> bool:
        """Whether a problem found so far keeps the row from being imported."""
        return any(problem.refuses for problem in self._problems)

    def add_problem(self, column: str, message: Lazy, *, refuses: bool = False) -> None:
        self._problems.append(CellProblem(column, message, refuses))

    def all(self, field: str) -> Sequence[Cell]:
        """Return target, heading and text of every filled cell of a field, in column order."""
        return self._cells.get(field, ())

    def is_blank(self, fields: Collection[str]) -> bool:
        """Return whether all cells of these fields are blank."""
        return self._cells.keys().isdisjoint(fields)

    def text(self, field: str, longest: int, *, refuses: bool = False) -> str:
        """Return the text of a field on one line, "" when blank or too long."""
        # Most fields have no cell in most rows.
        return self.long_text(field, longest, refuses=refuses, one_line=True) if field in self._cells else ""

    def long_text(self, field: str, longest: int, *, refuses: bool = False, one_line: bool = False) -> str:
        """Return the texts of a field's columns, one per line; a text that is too long is a problem and gives ""."""
        entries = self.all(field)
        if not entries:
            return ""
        joined = "\n".join(text for _target, _heading, text in entries)
        joined = clean_line(joined) if one_line else joined
        if len(joined) > longest:
            self.add_problem(entries[0][1], text_too_long_message(joined, longest), refuses=refuses)
            return ""
        return joined

    def read(self, field: str, reader: Callable[[str], T], *, refuses: bool = False) -> T | None:
        """Return the value of the field's first cell; None when blank or invalid, which adds a problem."""
        entry = next(iter(self.all(field)), None)
        if entry is None:
            return None
        try:
            return reader(entry[2])
        except BadCell as bad:
            self.add_problem(entry[1], bad.message, refuses=refuses)
            return None

    def heading(self, field: str) -> str:
        """Return the heading of the field's first filled column, or the field's name."""
        return next((heading for _target, heading, _text in self.all(field)), field)


def iter_rows(table: Table, mapping: Mapping) -> Iterator[RowCells]:
    """Yield every row's cells by field, without columns that are never imported."""
    safe = allowed_mapping(table.headings, mapping)
    read = [
        (index, target, heading)
        for index, (target, heading) in enumerate(zip(safe, table.headings, strict=True))
        if target
    ]
    for row in table.rows:
        check_time()
        texts = row.cells
        cells = RowCells(row.line, [(target, heading, texts[index]) for index, target, heading in read])
        if row.extra_cells:
            skipped = ", ".join(row.extra_cells)[:80]
            cells.add_problem("", _l("Cells to the right of the last header were skipped: %(cells)s", cells=skipped))
        yield cells


def text_too_long_message(text: str, longest: int) -> Lazy:
    """Return the message for a text over its limit."""
    return _l("Use at most %(most)s characters. This text has %(n)s.", n=num(len(text)), most=num(longest))
