"""What all typed rows share: the problems of cells, and the cells of a row gathered by field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple, TypeVar

from crm.core.deadline import check_time
from crm.core.texts import clean_line, clean_text
from crm.core.words import Lazy, _l
from crm.imports.readers.errors import BadCell
from crm.imports.readers.headings import Mapping, allowed
from crm.imports.readers.tables import Table
from crm.imports.readers.targets import Target

T = TypeVar("T")
#: Where a text goes, the heading it stood under, and the text.
Cell = tuple[Target, str, str]


class CellProblem(NamedTuple):
    """What is wrong with a cell, by its heading ("" speaks of the row). `refuses`: the row cannot be imported."""

    column: str
    message: Lazy
    refuses: bool = False


class Cells:
    """The filled cells of one row by field, and what was found wrong with them while reading."""

    def __init__(self, line: int, cells: list[Cell]) -> None:
        self.line = line
        self.found: list[CellProblem] = []
        self._cells: dict[str, list[Cell]] = {}
        for target, heading, text in cells:
            if kept := clean_text(text):
                self._cells.setdefault(target.field, []).append((target, heading, kept))

    @property
    def problems(self) -> tuple[CellProblem, ...]:
        """What was found wrong so far."""
        return tuple(self.found)

    @property
    def is_refused(self) -> bool:
        """Whether something found so far keeps the row from being imported."""
        return any(problem.refuses for problem in self.found)

    def note(self, column: str, message: Lazy, *, refuses: bool = False) -> None:
        """Keep a problem."""
        self.found.append(CellProblem(column, message, refuses))

    def all(self, field: str) -> Sequence[Cell]:
        """Target, heading and text of every filled cell of a field, in the order of the columns."""
        return self._cells.get(field, ())

    def has_none(self, fields: Collection[str]) -> bool:
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
            self.note(entries[0][1], too_long_text(joined, longest), refuses=refuses)
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
            self.note(entry[1], bad.message, refuses=refuses)
            return None

    def heading(self, field: str) -> str:
        """The heading of the field's first filled column, the field's own name if there is none."""
        return next((heading for _target, heading, _text in self.all(field)), field)


def cells_of(table: Table, mapping: Mapping) -> Iterator[Cells]:
    """Every row's cells by field; columns that are never imported are left out whatever the mapping says."""
    safe = allowed(table.headings, mapping)
    read = [
        (at, target, heading) for at, (target, heading) in enumerate(zip(safe, table.headings, strict=True)) if target
    ]
    for row in table.rows:
        check_time()
        texts = row.cells
        cells = Cells(row.line, [(target, heading, texts[at]) for at, target, heading in read])
        if row.surplus:
            left = ", ".join(row.surplus)[:80]
            cells.note("", _l("Cells to the right of the last header were skipped: %(cells)s", cells=left))
        yield cells


def too_long_text(text: str, longest: int) -> Lazy:
    """The words for a text over its limit."""
    return _l("Use at most %(most)s characters. This text has %(n)s.", n=len(text), most=longest)
