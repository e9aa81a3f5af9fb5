"""The values of the plain columns of a row."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.imports.readers.plain_columns import PLAIN_COLUMNS
from crm.imports.readers.rows import RowCells, text_too_long_message
from crm.imports.readers.values import read_site

MAX_TEXT_CHARS = 20_000

PlainValues = tuple[tuple[str, str], ...]
"""Names of columns and their values, without those that the row leaves blank."""


def read_plain_values(cells: RowCells, kind: str) -> PlainValues:
    """Return the values of the plain columns of a row; an invalid one is skipped with a problem."""
    values = ((name, _read(cells, name, column)) for name, column in PLAIN_COLUMNS[kind].items())
    return tuple((name, value) for name, value in values if value)


def _read(cells: RowCells, name: str, column: sa.Column[Any]) -> str:
    longest = getattr(column.type, "length", None) or MAX_TEXT_CHARS
    if column.info["widget"] != "url":
        return cells.text(name, longest)
    site = cells.read(name, read_site) or ""
    if len(site) > longest:
        cells.add_problem(cells.heading(name), text_too_long_message(site, longest))
        return ""
    return site
