"""What a report consists of: tiles, and sections with a summary and a table. Pages and files use the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

STACK_COLORS = 8
CHART_ROWS, TIMELINE_ROWS = 6, 12
"""How many rows a chart has on a dashboard; one over time has the latest."""
CURRENCY = "currency"
"""The name of a second column with the currency of a row."""


class ReportCell(NamedTuple):
    """A cell: `value` goes into files, `text` and `note` onto the page; `url` opens exactly the records counted.

    `currency` is the one of an amount, and `unconverted` what it leaves out: sums of currencies without a rate.
    `is_percent`: the value is a share in percent, such as 50.
    """

    value: Any = None
    text: str = ""
    url: str | None = None
    tone: str = ""
    note: str = ""
    currency: str = ""
    unconverted: str = ""
    is_percent: bool = False


class ReportHeading(NamedTuple):
    """The heading of a column; `name` is its heading in CSV.

    `in_files`: the column is only in files. `is_of_today`: it counts what is open today, or lasts, whatever the period.
    """

    name: str
    label: str
    number: bool = False
    hide_phone: bool = False
    in_files: bool = False
    is_of_today: bool = False

    @property
    def css(self) -> str:
        """The CSS classes of its cells."""
        return ("num" if self.number else "") + (" hide-p" if self.hide_phone else "")


class ChartBar(NamedTuple):
    """The bar of a row: the whole, and the strong part of it, or `parts` that are stacked to the whole."""

    whole: Decimal
    part: Decimal
    parts: tuple[Decimal, ...] = ()


class LinePoint(NamedTuple):
    """A point of a line chart: its label, its value as text, and its place in percent from the left and the top."""

    label: str
    text: str
    x: float
    y: float


@dataclass(frozen=True)
class ReportSection:
    """A question as the title, its answer as the summary, and a table, with a bar in each of its rows.

    `sheet` is its name in words, for links and worksheets. `links` open lists that are counted beside the table;
    `below` are lines under the totals that the totals leave out. `line` is a chart that a page shows instead of the
    bars. Parts of stacked bars are those of the `legend`. `bar_heading` and `bar_cells` are what the bars measure,
    if it isn't in the second column. `is_wide`: its table scrolls. `is_timeline`: its rows are months, quarters or
    years in order; the last `undated_rows` have none. `row_count` is how many rows there are, if the table has only
    some of them. `if_empty` is what the section says instead of its summary if no row counts something. `page_note` is
    about columns that pages and PDF leave out, but not XLSX and CSV.
    """

    name: str
    sheet: str
    title: str
    summary: str
    columns: tuple[ReportHeading, ...]
    rows: list[list[ReportCell]]
    totals: list[ReportCell] = field(default_factory=list)
    note: str = ""
    page_note: str = ""
    bars: list[ChartBar] = field(default_factory=list)
    legend: tuple[str, ...] = ()
    bar_heading: str = ""
    bar_cells: list[ReportCell] = field(default_factory=list)
    links: list[ReportCell] = field(default_factory=list)
    below: list[list[ReportCell]] = field(default_factory=list)
    line: list[LinePoint] = field(default_factory=list)
    is_wide: bool = False
    is_timeline: bool = False
    undated_rows: int = 0
    row_count: int = 0
    if_empty: str = ""

    @property
    def text(self) -> str:
        """What the section says in front of its table, or in place of it."""
        return self.summary if self.is_filled or not self.if_empty else self.if_empty

    @property
    def shown_note(self) -> str:
        """What pages and PDF say below the table."""
        return " ".join(filter(None, (self.note, self.page_note)))

    @property
    def is_filled(self) -> bool:
        """Whether any row counts something."""
        return self._has_value(i for i, head in enumerate(self.columns) if i == 1 or (i and head.number))

    @property
    def has_news(self) -> bool:
        """Whether any row counts something of the period."""
        columns = enumerate(self.columns)
        return self._has_value(i for i, head in columns if (i == 1 or (i and head.number)) and not head.is_of_today)

    def _has_value(self, places: Iterable[int]) -> bool:
        numbers = list(places)
        return any(row[i].value for row in (*self.rows, *self.below) for i in numbers if i < len(row))

    @property
    def has_chart(self) -> bool:
        """Whether any bar has a length."""
        return any(bar.whole for bar in self.bars)

    @property
    def has_stack(self) -> bool:
        """Whether its bars consist of the parts that the legend names."""
        return any(bar.parts for bar in self.bars)

    @property
    def bar_figures(self) -> tuple[str, list[ReportCell]]:
        """The heading and the cells with what the bars measure: their own, or those of the second column."""
        if self.bar_heading:
            return self.bar_heading, self.bar_cells
        return self.columns[1].label, [row[1] for row in self.rows]

    @property
    def chart_rows(self) -> list[tuple[str, ChartBar, ReportCell]]:
        """The rows of the chart on a dashboard, each with its name, its bar, and what the bar measures."""
        rows = list(zip(map(self._name_row, self.rows), self.bars, self.bar_figures[1], strict=False))
        if not self.is_timeline:
            return rows[:CHART_ROWS]
        return rows[: len(rows) - self.undated_rows][-TIMELINE_ROWS:]

    @property
    def more_rows(self) -> int:
        """How many rows the chart on a dashboard leaves out."""
        return max(self.row_count, len(self.rows)) - len(self.chart_rows)

    def _name_row(self, row: list[ReportCell]) -> str:
        """Return the name of a row, with its currency if each currency has its row."""
        return f"{row[0].text}, {row[1].text}" if self.columns[1].name == CURRENCY else row[0].text

    @property
    def lines(self) -> list[list[ReportCell]]:
        """All lines of the table: the rows, the totals, and what the totals leave out."""
        return [*self.rows, *([self.totals] if self.totals else []), *self.below]

    @property
    def partial_columns(self) -> set[int]:
        """The places of the columns with amounts that leave out currencies without a rate: files name these beside."""
        return {i for line in self.lines for i, cell in enumerate(line) if cell.unconverted}

    @property
    def visible_columns(self) -> list[tuple[str, ReportHeading]]:
        """The columns that are on the page, each with its CSS class."""
        return [(css, column) for css, column in zip(self._classes, self.columns, strict=True) if css is not None]

    def visible_cells(self, row: list[ReportCell]) -> list[tuple[str, ReportCell]]:
        """Return the cells of a row that are on the page, each with its CSS class."""
        return [(css, cell) for css, cell in zip(self._classes, row, strict=True) if css is not None]

    @cached_property
    def _classes(self) -> list[str | None]:
        """The CSS class of each column; None for one that is only in files."""
        return [None if head.in_files else head.css for head in self.columns]

    def segments(self, bar: ChartBar) -> list[tuple[str, float, float]]:
        """Return the parts of a bar as drawn: CSS class, place and width in percent. Later parts look alike."""
        if not bar.parts:
            strong = [("b1", 0.0, self._percent(bar.part))] if bar.part else []
            return [("b2", 0.0, self._percent(bar.whole)), *strong]
        ends = list(accumulate(bar.parts))
        return [
            (f"s{min(i, STACK_COLORS)}", self._percent(end - part), self._percent(part))
            for i, (part, end) in enumerate(zip(bar.parts, ends, strict=True), 1)
            if part
        ]

    def _percent(self, length: Decimal) -> float:
        return float(100 * length / self.longest_bar)

    @property
    def longest_bar(self) -> Decimal:
        """The length of the longest bar, at least 1."""
        return max((bar.whole for bar in self.bars), default=Decimal(0)) or Decimal(1)


class ReportTile(NamedTuple):
    """A number at the top of the page that opens its records; `note` says what it leaves out."""

    label: str
    value: str
    note: str
    url: str | None
    tone: str = ""


@dataclass(frozen=True)
class Report:
    """A report as it is shown, printed and exported: the answer in one sentence, the figures, and the sections.

    `note` says what it can't show. `empty_text`: what a report without records is about. `mail_answer` is the answer in
    emails if the answer names records, which may be confidential. `is_broken`: the answer says why it can't be shown.
    """

    answer: str
    tiles: list[ReportTile]
    sections: list[ReportSection]
    note: str = ""
    empty_text: str = ""
    mail_answer: str = ""
    is_broken: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether the first tile counts nothing and leaves nothing out."""
        return not self.tiles or (self.tiles[0].value == "0" and not self.tiles[0].note)
