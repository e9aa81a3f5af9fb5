"""Several SELECTs executed as one statement on SQLite: the rows of each come back as one JSON text.

For a small query SQLAlchemy takes several times as long as the database.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from .reads import CompiledRead, PreparedRead

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Dialect

    from .base import Rows, Select

CARRIED = (sa.Integer, sa.String, sa.Boolean, sa.DateTime, sa.Date, sa.Time, sa.Numeric, sa.Float, sa.JSON)
"""Types whose values survive JSON: SQLite's driver returns the same values as its JSON."""
MAX_COLUMNS = 90
"""Functions of SQLite take about a hundred arguments."""


class CombinedRead(CompiledRead):
    """A statement as a column of the combined one."""

    def __init__(self, stmt: Select, dialect: Dialect) -> None:
        super().__init__(stmt, dialect)
        processors = enumerate(kind.result_processor(dialect, None) for kind in self.types)
        self.converters = [(position, convert) for position, convert in processors if convert]

    @classmethod
    def can_read(cls, columns: Sequence[sa.ColumnElement[Any]]) -> bool:
        """Return whether JSON carries all columns."""
        return len(columns) <= MAX_COLUMNS and all(isinstance(_base(column.type), CARRIED) for column in columns)

    def write(self, text: str, names: Sequence[str] | None) -> tuple[str, Sequence[str]]:
        """Return the statement as a subquery whose value is all rows as one JSON text."""
        columns = ", ".join(f"c{n}" for n in range(len(self.types)))
        rows = f"SELECT json_group_array(json_array({columns})) FROM part"  # noqa: S608 - no input
        return f"(WITH part({columns}) AS ({text}) {rows})", names or ()

    def load(self, text: str) -> Rows:
        """Return the rows of its JSON text."""
        rows = json.loads(text)
        for row in rows:
            for position, convert in self.converters:
                row[position] = convert(row[position])
        return self.make_rows(rows)


def _base(kind: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    while isinstance(kind, sa.types.TypeDecorator):
        kind = kind.impl_instance
    return kind


def execute_combined(connection: Connection, reads: Sequence[PreparedRead]) -> list[Rows]:
    """Execute statements as one, and return the rows of each."""
    texts, values = zip(*[read.compiled.render(read.params) for read in reads], strict=True)
    row = connection.exec_driver_sql("SELECT " + ", ".join(texts), tuple(chain.from_iterable(values))).one()
    return [read.compiled.load(text) for read, text in zip(reads, row, strict=True)]
