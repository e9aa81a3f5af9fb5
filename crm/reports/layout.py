"""What a report is made of: questions with an answer, one chart and its table. Templates and files draw the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple


class ReportCell(NamedTuple):
    """A cell: `value` goes into files, `text` and `note` onto the page; `url` opens exactly the records counted."""

    value: Any = None
    text: str = ""
    url: str | None = None
    tone: str = ""
    note: str = ""


class ReportHeading(NamedTuple):
    """A column's head; `name` stands in CSV. `in_files`: the page has no such column."""

    name: str
    label: str
    number: bool = False
    hide_phone: bool = False
    in_files: bool = False


class ChartBar(NamedTuple):
    """A bar: the whole, and the strong part of it, with the words beside it."""

    label: str
    whole: Decimal
    part: Decimal
    text: str


@dataclass(frozen=True)
class ReportSection:
    """A question, its answer in a sentence, the table and the chart over its first rows."""

    name: str
    title: str
    summary: str
    columns: tuple[ReportHeading, ...]
    rows: list[list[ReportCell]]
    totals: list[ReportCell] = field(default_factory=list)
    note: str = ""
    bars: list[ChartBar] = field(default_factory=list)
    legend: tuple[str, ...] = ()

    @property
    def is_filled(self) -> bool:
        """Whether any line counts something."""
        return any(row[1].value for row in self.rows)

    @property
    def has_notes(self) -> bool:
        """Whether a line has a second one below."""
        return any(cell.note for row in self.rows for cell in row)

    def visible_cells(self, row: list[ReportCell]) -> list[tuple[str, ReportCell]]:
        """The cells of a line that the page has, each with its class."""
        return [(css, cell) for css, cell in zip(self._classes, row, strict=True) if css is not None]

    @cached_property
    def _classes(self) -> list[str | None]:
        return [
            None if head.in_files else ("num" if head.number else "") + (" hide-p" if head.hide_phone else "")
            for head in self.columns
        ]

    @property
    def longest_bar(self) -> Decimal:
        """The longest bar."""
        return max((bar.whole for bar in self.bars), default=Decimal(0)) or Decimal(1)


class ReportTile(NamedTuple):
    """A number on top, with what it leaves out, that opens its records."""

    label: str
    value: str
    note: str
    url: str | None
    tone: str = ""


@dataclass(frozen=True)
class Report:
    """A report as it is shown, printed and taken away."""

    name: str
    title: str
    tiles: list[ReportTile]
    sections: list[ReportSection]
