"""The row report of an import: planned, counted, stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import Change
from crm.core.data.rows import upsert_all
from crm.core.i18n.formats import as_read_by
from crm.core.policy import Actor
from crm.imports.handlers import plan_rows
from crm.imports.models import ImportRun, RowReport
from crm.imports.plan.line import ImportLine
from crm.imports.policy import LineOutcome
from crm.imports.queries import load_options
from crm.imports.source import ImportSource


class PreviewSnapshot(NamedTuple):
    """A file as it was read, the plans of its rows, and the newest change at that moment."""

    source: ImportSource
    lines: list[ImportLine]
    newest_change_id: int | None


def newest_change_id() -> int | None:
    """Return the id of the newest change in the database: while it is the same, nothing has changed."""
    return db.session.scalar(sa.select(sa.func.max(Change.id)))


def read_rows(actor: Actor, source: ImportSource, codes: Sequence[str]) -> list[Any]:
    """Return the typed rows of a file. Dates like 12/08/2026 are read in the order of the actor's date format."""
    with as_read_by(actor):
        return source.rows(codes)


def plan_lines(actor: Actor, run: ImportRun, source: ImportSource) -> list[ImportLine]:
    """Return the plans of the rows and set the counts of the run: created + updated + skipped + failed = rows."""
    rows = read_rows(actor, source, run.options["codes"])
    lines = plan_rows(source.kind, actor, rows, load_options(run))
    save_counts(run, lines)
    return lines


def save_report(run: ImportRun, lines: Sequence[ImportLine]) -> None:
    """Store the report, one line per row, and the counts."""
    save_counts(run, lines)
    db.session.flush()
    store_lines(run.id, lines)


def store_lines(run_id: int, lines: Sequence[ImportLine]) -> None:
    row = {"run_id": run_id, "lines": [line.to_json() for line in lines]}
    upsert_all(db.session, RowReport, [row], key=["run_id"], update=["lines"])


def save_counts(run: ImportRun, lines: Sequence[ImportLine]) -> None:
    """Set the counts of the run by the outcomes of the lines."""
    counts = Counter(line.outcome for line in lines)
    run.rows = len(lines)
    run.created, run.updated, run.failed = (
        counts[LineOutcome.new],
        counts[LineOutcome.update],
        counts[LineOutcome.error],
    )
    run.skipped = run.rows - run.created - run.updated - run.failed
