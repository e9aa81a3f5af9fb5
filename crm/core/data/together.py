"""Functions that read, run so that the statements they wait for at the same time are executed in one round trip.

Each function runs in a greenlet, as in SQLAlchemy's own asynchronous engines: `fetch` inside it hands its statement to
`run_together` and continues with the rows. Only one function runs at a time, and all share the request's session.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar, copy_context
from typing import Any, cast

from greenlet import getcurrent, greenlet

from .base import Rows, Select, db, reader
from .combined import CombinedRead, execute_combined
from .pipeline import PipelinedRead, execute_pipelined
from .reads import PreparedRead, prepare_read

_loop: ContextVar[greenlet | None] = ContextVar("loop", default=None)
"""The greenlet that executes the statements of the function that runs; None outside of all."""


def run_together(*functions: Callable[[], Any]) -> list[Any]:
    """Run functions that only read, and return their results.

    Statements that several of them wait for are executed together: as one on SQLite, in one round trip on PostgreSQL. A
    statement that all wait for is executed once. None may rely on the effects of another. An exception in one ends all.
    """
    workers = [_start(function) for function in functions]
    results: list[Any] = [None] * len(workers)
    rows: dict[int, list[Rows] | None] = dict.fromkeys(range(len(workers)))
    while rows:
        waiting: dict[int, list[PreparedRead]] = {}
        for position, answer in rows.items():
            worker = workers[position]
            result = worker.switch() if answer is None else worker.switch(answer)
            if worker.dead:
                results[position] = result
            else:
                waiting[position] = result
        rows = _answer(waiting)
    return results


def _start(function: Callable[[], Any]) -> greenlet:
    worker = greenlet(function)
    worker.gr_context = copy_context()
    worker.gr_context.run(_loop.set, getcurrent())
    worker.gr_context.run(reader.set, _wait_for_rows)
    return worker


def _wait_for_rows(stmt: Select, values: Mapping[str, Any] | None) -> Rows | None:
    """Return the rows of a statement, or None if it must run alone."""
    loop = _loop.get()
    if loop is None:
        return None
    dialect = db.session.connection().dialect
    read = prepare_read(dialect, CombinedRead if dialect.name == "sqlite" else PipelinedRead, stmt, values or {})
    if read is None:
        return None
    rows: Rows = loop.switch([read])[0]
    return rows


def _answer(waiting: Mapping[int, list[PreparedRead]]) -> dict[int, list[Rows] | None]:
    """Return the rows of all statements that functions wait for, each statement executed once."""
    reads: list[PreparedRead] = []
    for own_reads in waiting.values():
        reads += [read for read in own_reads if read not in reads]
    rows = _execute(reads) if reads else []
    return {position: [rows[reads.index(read)] for read in own_reads] for position, own_reads in waiting.items()}


def _execute(reads: list[PreparedRead]) -> list[Rows]:
    """Execute statements together, or hand them to the outer `run_together`, which does it with those of others."""
    loop = _loop.get()
    if loop is not None:
        return cast("list[Rows]", loop.switch(reads))
    connection = db.session.connection()
    if len(reads) == 1:
        return [connection.execute(reads[0].stmt, reads[0].values or None).all()]
    execute = execute_combined if connection.dialect.name == "sqlite" else execute_pipelined
    return execute(connection, reads)
