"""The preview of a file as an import stores it, so that no page reads the file again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from crm.core.words import Lazy

from .policy import ImportKind
from .readers.charset import Candidate
from .readers.tables import Table, TableRow
from .readers.vcards import ParsedCards
from .source import SAMPLE_ROWS, ImportSource

FIRST_VALUE_WITHIN = 5_000
"""Most rows that are searched for the first value of a column."""


def pack_preview(source: ImportSource, codes: Sequence[str]) -> dict[str, Any]:
    """Return what the page of an import shows of its file with these columns, as JSON."""
    packed: dict[str, Any] = {"kind": source.kind.value}
    if source.table is not None:
        table = source.table
        packed["table"] = {
            "headings": table.headings,
            "rows": _select_sample_rows(table),
            "heading_line": table.heading_line,
            "encoding": table.encoding,
            "sure": table.is_certain,
            "candidates": table.candidates,
            "separator": table.separator,
            "sheet": table.sheet,
            "sheets": table.sheets,
            "notes": [(note.text, note.values) for note in source.notes_on_columns(codes)],
        }
    elif source.cards is not None:
        cards = source.cards
        packed["cards"] = {
            "encoding": cards.encoding,
            "sure": cards.is_certain,
            "candidates": cards.candidates,
            "never": cards.ignored_properties,
        }
    return packed


def unpack_preview(packed: dict[str, Any]) -> ImportSource:
    """Return the source of a stored preview, with only the rows that show values of columns."""
    kind = ImportKind.from_code(packed["kind"])
    if "cards" in packed:
        cards = packed["cards"]
        parsed = ParsedCards((), cards["encoding"], cards["sure"], _candidates(cards), tuple(cards["never"]))
        return ImportSource(kind, cards=parsed)
    if "table" not in packed:
        return ImportSource(kind)
    data = packed["table"]
    table = Table(
        tuple(data["headings"]),
        tuple(TableRow(line, tuple(cells)) for line, cells in data["rows"]),
        data["heading_line"],
        data["encoding"],
        data["sure"],
        _candidates(data),
        data["separator"],
        data["sheet"],
        tuple(data["sheets"]),
    )
    return ImportSource(kind, table=replace(table, notes=tuple(Lazy(text, **values) for text, values in data["notes"])))


def _candidates(data: dict[str, Any]) -> tuple[Candidate, ...]:
    return tuple(Candidate(*each) for each in data["candidates"])


def _select_sample_rows(table: Table) -> list[tuple[int, Sequence[str]]]:
    """Return the first rows, and for each column that is empty in them the first row with a value."""
    rows = list(table.rows[:SAMPLE_ROWS])
    missing = {index for index in range(len(table.headings)) if not any(row.cells[index] for row in rows)}
    for row in table.rows[SAMPLE_ROWS:FIRST_VALUE_WITHIN]:
        filled = {index for index in missing if row.cells[index]}
        if filled:
            rows.append(row)
            missing -= filled
        if not missing:
            break
    return [(row.line, row.cells) for row in rows]
