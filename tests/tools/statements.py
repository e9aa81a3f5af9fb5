"""Print the SQL statements of pages with the code that executes each: `python -m tests.tools.statements anna /`.

Statements that are executed together are one, with the text of each: one on SQLite, one round trip on PostgreSQL.

Reads the database of the settings (`CRM_DATA_DIR`), such as that of `make demo`, and rolls back what the requests
write. With `--sql` the text of each statement is printed, with `--cpu` the processor time of a request.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Flask

from crm import create_app
from crm.core.data.base import db
from crm.core.data.pipeline import SEPARATOR
from tests.fixtures.apps import BOOKKEEPING
from tests.fixtures.people import sign_in

CRM = str(Path(__file__).parents[2] / "crm")
PASSED_ON = tuple(f"core/data/{name}.py" for name in ("access", "base", "combined", "pipeline", "reads", "together"))
"""Modules that execute the statements of others."""
WARM_UP = 2
"""Requests before the one that counts: statements are combined from their second execution on."""


class Execution(NamedTuple):
    """One statement, and the code that executes it."""

    place: str
    text: str


def place_of(stack: list[traceback.FrameSummary], depth: int) -> str:
    """Return the innermost functions of the application, caller first."""
    frames = [f for f in stack if f.filename.startswith(CRM) and not f.filename.endswith(PASSED_ON)]
    names = [f"{Path(f.filename).relative_to(CRM)}:{f.lineno} {f.name}" for f in frames[-depth:]]
    return " < ".join(reversed(names))


@contextmanager
def executions_on(connection: sa.Connection, depth: int) -> Iterator[list[Execution]]:
    """Collect the statements of a connection."""
    executions: list[Execution] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(BOOKKEEPING):
            parts = statement.count("(WITH part(") or statement.count(SEPARATOR) + 1
            place = f"{parts} together" if parts > 1 else place_of(traceback.extract_stack(), depth)
            executions.append(Execution(place, statement))

    sa.event.listen(connection, "before_cursor_execute", note)
    yield executions
    sa.event.remove(connection, "before_cursor_execute", note)


@contextmanager
def on_one_connection(app: Flask) -> Iterator[sa.Connection]:
    """Let all requests use one connection, whose changes are rolled back at the end."""
    with app.app_context():
        engine = db.engine
        with engine.connect() as connection:
            outer = connection.begin()
            db.session.configure(join_transaction_mode="create_savepoint")
            db.engines[None] = connection
            try:
                yield connection
            finally:
                db.session.remove()
                db.engines[None] = engine
                outer.rollback()


def executions_of(app: Flask, name: str, paths: list[str], depth: int) -> Iterator[tuple[str, list[Execution]]]:
    """Request each page as a user of the demo, and yield the statements of the last request.

    Each request runs in an empty context: in that of the connection they would share what is read once per request.
    """
    with on_one_connection(app) as connection:
        client = app.test_client()
        sign_in(client, f"{name}@demo.example")
        for path in paths:
            for _repeated in range(WARM_UP):
                status = Context().run(client.get, path).status_code
                if status != 200:
                    raise RuntimeError(f"{path}: {status}")
            with executions_on(connection, depth) as executions:
                Context().run(client.get, path)
            yield path, executions


def measure_cpu(app: Flask, name: str, paths: list[str], times: int) -> Iterator[tuple[str, float, float]]:
    """Yield for each page the smallest and the median processor time of a request in milliseconds."""
    client = app.test_client()
    sign_in(client, f"{name}@demo.example")
    for path in paths:
        runs = []
        for _ in range(times):
            began = time.process_time()
            client.get(path)
            runs.append((time.process_time() - began) * 1000)
        yield path, min(runs), statistics.median(runs)


def main() -> None:
    """Print what the options ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("user")
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--sql", action="store_true")
    parser.add_argument("--depth", type=int, default=2, help="functions to name for each statement")
    parser.add_argument("--cpu", type=int, default=0, help="requests to measure")
    options = parser.parse_args()
    app = create_app()
    app.config.update(WTF_CSRF_ENABLED=False)
    if options.cpu:
        for path, least, median in measure_cpu(app, options.user, options.paths, options.cpu):
            sys.stdout.write(f"{path}: {least:.1f} ms smallest, {median:.1f} ms median\n")
        return
    for path, executions in executions_of(app, options.user, options.paths, options.depth):
        sys.stdout.write(f"{path}: {len(executions)} statements\n")
        for execution in executions:
            sys.stdout.write(f"  {execution.place}\n" + (f"    {execution.text}\n" if options.sql else ""))


if __name__ == "__main__":
    main()
