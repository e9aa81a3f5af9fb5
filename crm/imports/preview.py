"""How a file was read, as an import stores it: enough for its page, so that no view reads the file again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from crm.core.words import Lazy

from .policy import ImportKind
from .readers.charset import Candidate
from .readers.tables import Table, TableRow
from .readers.vcards import Cards
from .source import SAMPLE_ROWS, ImportSource

FIRST_VALUE_WITHIN = 5_000
"""Rows in which the first value of a column is looked for."""


def pack(source: ImportSource) -> dict[str, Any]:
    """What the page of an import shows of its file, as JSON."""
    packed: dict[str, Any] = {"kind": source.kind.value}
    if source.table is not None:
        table = source.table
        packed["table"] = {
            "headings": table.headings,
            "rows": _telling_rows(table),
            "heading_line": table.heading_line,
            "encoding": table.encoding,
            "sure": table.sure,
            "candidates": table.candidates,
            "separator": table.separator,
            "sheet": table.sheet,
            "sheets": table.sheets,
            "notes": [(note.text, note.values) for note in table.notes],
        }
    elif source.cards is not None:
        packed["cards"] = source.cards._replace(rows=())._asdict()
    return packed


def unpack(packed: dict[str, Any]) -> ImportSource:
    """The source of a packed preview: of its rows only those that tell something about the columns."""
    kind = ImportKind.named(packed["kind"])
    if "cards" in packed:
        cards = packed["cards"] | {"candidates": _candidates(packed["cards"]), "never": tuple(packed["cards"]["never"])}
        return ImportSource(kind, cards=Cards(**cards))
    if "table" not in packed:
        return ImportSource(kind)
    kept = packed["table"]
    table = Table(
        tuple(kept["headings"]),
        tuple(TableRow(line, tuple(cells)) for line, cells in kept["rows"]),
        kept["heading_line"],
        kept["encoding"],
        kept["sure"],
        _candidates(kept),
        kept["separator"],
        kept["sheet"],
        tuple(kept["sheets"]),
    )
    return ImportSource(kind, table=replace(table, notes=tuple(Lazy(text, **values) for text, values in kept["notes"])))


def _candidates(kept: dict[str, Any]) -> tuple[Candidate, ...]:
    return tuple(Candidate(*each) for each in kept["candidates"])


def _telling_rows(table: Table) -> list[tuple[int, Sequence[str]]]:
    """The first rows, and of each column without a value in them the first row that has one."""
    rows = list(table.rows[:SAMPLE_ROWS])
    missing = {at for at in range(len(table.headings)) if not any(row.cells[at] for row in rows)}
    for row in table.rows[SAMPLE_ROWS:FIRST_VALUE_WITHIN]:
        found = {at for at in missing if row.cells[at]}
        if found:
            rows.append(row)
            missing -= found
        if not missing:
            break
    return [(row.line, row.cells) for row in rows]
