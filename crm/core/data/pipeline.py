"""Several SELECTs sent to PostgreSQL in one round trip, each a statement of its own with a plan that the server keeps.

SQLAlchemy sees a round as one statement, so its events, its log and its errors are the usual ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .reads import CompiledRead, PreparedRead

if TYPE_CHECKING:
    from psycopg import Cursor
    from sqlalchemy.engine import Connection, Dialect
    from sqlalchemy.engine.interfaces import ExecutionContext

    from .base import Rows, Select

PLACEHOLDER = re.compile(r"%(?:%|\((\w+)\)s)")
"""A percent sign or a parameter in a text compiled for the driver's usual cursor, which would parse it each time."""
SEPARATOR = ";\n"
"""What stands between the statements of a round in events and errors."""
ROUND = "statements_of_round"
"""The execution option with a `_Round`."""


class _Round(NamedTuple):
    """The texts of the statements that are sent together, and their cursors, which are added when they are sent."""

    texts: Sequence[str]
    cursors: list[Cursor[Any]]


class PipelinedRead(CompiledRead):
    """A statement with numbered placeholders, as the server takes it."""

    def __init__(self, stmt: Select, dialect: Dialect) -> None:
        super().__init__(stmt, dialect)
        self.dialect = dialect
        self.converters: list[tuple[int, Callable[[Any], Any]]] | None = None

    def write(self, text: str, names: Sequence[str] | None) -> tuple[str, Sequence[str]]:  # noqa: ARG002
        """Number the placeholders; a parameter that occurs twice is one value, as GROUP BY requires."""
        numbers: dict[str, int] = {}

        def write_one(match: re.Match[str]) -> str:
            return f"${numbers.setdefault(match[1], len(numbers) + 1)}" if match[1] else "%"

        written = PLACEHOLDER.sub(write_one, text)
        return written, tuple(numbers)

    def load(self, cursor: Cursor[Any]) -> Rows:
        """Return the rows of an executed cursor."""
        if self.converters is None:
            self.converters = self._find_converters(cursor)
        rows: list[Any] = cursor.fetchall()
        if self.converters:
            rows = [list(row) for row in rows]
            for row in rows:
                for position, convert in self.converters:
                    row[position] = convert(row[position])
        return self.make_rows(rows)

    def _find_converters(self, cursor: Cursor[Any]) -> list[tuple[int, Callable[[Any], Any]]]:
        """Return what makes the driver's values those of a row: for numbers it depends on the type in the result."""
        columns = enumerate(zip(self.types, cursor.description or (), strict=True))
        processors = ((n, kind.result_processor(self.dialect, column.type_code)) for n, (kind, column) in columns)
        return [(n, convert) for n, convert in processors if convert]


def execute_pipelined(connection: Connection, reads: Sequence[PreparedRead]) -> list[Rows]:
    """Execute statements in one round trip, and return the rows of each.

    An error in one of them is raised as SQLAlchemy raises it; the transaction is aborted then, as after any error.
    """
    texts, values = zip(*[read.compiled.render(read.params) for read in reads], strict=True)
    sent = _Round(texts, [])
    params = {str(number): list_of_values for number, list_of_values in enumerate(values, 1)}
    connection.exec_driver_sql(SEPARATOR.join(texts), params, execution_options={ROUND: sent})
    return [read.compiled.load(cursor) for read, cursor in zip(reads, sent.cursors, strict=True)]


def send_round(cursor: Any, _text: str, params: Mapping[str, Any], context: ExecutionContext) -> bool:
    """Execute the statements of a round for `execute_pipelined`; return whether this was one (event `do_execute`)."""
    if ROUND not in context.execution_options:
        return False
    sent: _Round = context.execution_options[ROUND]
    connection = cursor.connection
    psycopg: Any = context.dialect.dbapi  # an import would load it on SQLite, too
    names = connection._prepared._names  # noqa: SLF001 - no public function; it maps statements to their names
    former_names = set(names)
    try:
        with connection.pipeline():
            for text, values in zip(sent.texts, params.values(), strict=True):
                sent.cursors.append(psycopg.RawCursor(connection))
                sent.cursors[-1].execute(text, values)
    except BaseException as error:
        for text, own in zip(sent.texts, sent.cursors, strict=False):
            if own.pgresult is None:
                error.add_note(text)
                break
        # The driver takes statements as prepared that the server skipped after the error.
        for statement in names.keys() - former_names:
            del names[statement]
        raise
    return True
