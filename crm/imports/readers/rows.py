"""What all typed rows share: the problems of cells, and the cells of a row gathered by field."""

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
#: Where a text goes, the heading it stood under, and the text.
Cell = tuple[FieldTarget, str, str]


class CellProblem(NamedTuple):
    """What is wrong with a cell, by its heading ("" speaks of the row). `refuses`: the row cannot be imported."""

    column: str
    message: Lazy
    refuses: bool = False


class RowCells:
    """The filled cells of one row by field, and what was found wrong with them while reading."""

    def __init__(self, line: int, cells: list[Cell]) -> None:
        self.line = line
        self._problems: list[CellProblem] = []
        self._cells: dict[str, list[Cell]] = {}
        for target, heading, text in cells:
            if cleaned := clean_text(text):
                self._cells.setdefault(target.field, []).append((target, heading, cleaned))

    @property
    def problems(self) -> tuple[CellProblem, ...]:
        """What was found wrong so far."""
        return tuple(self._problems)

    @property
    def is_refused(self) -> bool:
        """Whether something found so far keeps the row from being imported."""
        return any(problem.refuses for problem in self._problems)

    def add_problem(self, column: str, message: Lazy, *, refuses: bool = False) -> None:
        """Keep a problem."""
        self._problems.append(CellProblem(column, message, refuses))

    def all(self, field: str) -> Sequence[Cell]:
        """Target, heading and text of every filled cell of a field, in the order of the columns."""
        return self._cells.get(field, ())

    def is_blank(self, fields: Collection[str]) -> bool:
        """Whether not one cell of these fields is filled."""
        return self._cells.keys().isdisjoint(fields)

    def text(self, field: str, longest: int, *, refuses: bool = False) -> str:
        """The text of a field on one line, "" when it is empty or too long."""
        # Most fields have no cell in most rows.
        return self.long_text(field, longest, refuses=refuses, one_line=True) if field in self._cells else ""

    def long_text(self, field: str, longest: int, *, refuses: bool = False, one_line: bool = False) -> str:
        """The texts of a field, of several columns one below the other; too long is a problem and gives ""."""
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
        """What a reader makes of the field's first cell; None when it is empty or bad, which is then noted."""
        entry = next(iter(self.all(field)), None)
        if entry is None:
            return None
        try:
            return reader(entry[2])
        except BadCell as bad:
            self.add_problem(entry[1], bad.message, refuses=refuses)
            return None

    def heading(self, field: str) -> str:
        """The heading of the field's first filled column, the field's own name if there is none."""
        return next((heading for _target, heading, _text in self.all(field)), field)


def iter_rows(table: Table, mapping: Mapping) -> Iterator[RowCells]:
    """Every row's cells by field; columns that are never imported are left out whatever the mapping says."""
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
    """The words for a text over its limit."""
    return _l("Use at most %(most)s characters. This text has %(n)s.", n=num(len(text)), most=num(longest))
