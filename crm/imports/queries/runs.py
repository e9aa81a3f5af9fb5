"""Queries of imports: the runs an actor may see, and the data of their pages."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import Team, User, load_actor
from crm.core.errors import NotFound
from crm.core.lists.export import BYTE_ORDER_MARK
from crm.core.lists.formulas import escape_formula
from crm.core.policy import SYSTEM, Actor
from crm.imports.models import ExportArchive, ImportMapping, ImportRun
from crm.imports.plan.line import ImportLine, ImportOptions, line_from_json
from crm.imports.policy import PAGE_SIZE, SLICED_STATES, ArchiveState, ImportKind, LineOutcome, RunState, may_see_run
from crm.records.policy import MAX_TAG_CHARS

MAX_RUNS = 200


class RunRow(NamedTuple):
    """An import as the list shows it."""

    id: int
    kind: ImportKind
    state: RunState
    file_name: str
    rows: int
    created: int
    updated: int
    skipped: int
    failed: int
    at: datetime
    user_name: str | None


def get_run(actor: Actor, run_id: int, *, lock: bool = False) -> ImportRun:
    """Return an import that the actor may see; `lock` locks its row. Raises NotFound."""
    run = db.session.get(ImportRun, run_id, with_for_update=lock or None)
    if run is None or not may_see_run(actor, run.user_id, run.team_id):
        raise NotFound
    return run


def list_runs(actor: Actor) -> list[RunRow]:
    """Return the actor's imports, and for managers those of their teams, newest first, without reports."""
    r = ImportRun
    stmt = sa.select(
        r.id, r.kind, r.state, r.file_name, r.rows, r.created, r.updated, r.skipped, r.failed, r.at, User.name
    ).outerjoin(User, User.id == r.user_id)
    if not actor.is_system and not (actor.is_manager and actor.sees_all_teams):
        own = [r.user_id == actor.id]
        if actor.is_manager:
            own.append(r.team_id.in_(sorted(actor.team_ids)))
        stmt = stmt.where(sa.or_(*own))
    rows = db.session.execute(stmt.order_by(r.id.desc()).limit(MAX_RUNS))
    return [RunRow(i, ImportKind.from_code(kind), RunState.from_code(state), *rest) for i, kind, state, *rest in rows]


def list_waiting_runs(state: RunState) -> list[int]:
    """Return the ids of imports that wait in a state for the job, oldest first."""
    stmt = sa.select(ImportRun.id).where(ImportRun.state == state.value).order_by(ImportRun.id)
    return list(db.session.scalars(stmt))


def list_interrupted_runs() -> list[int]:
    """Return the ids of imports whose worker was killed while writing, oldest first."""
    busy = ImportRun.state.in_([state.value for state in SLICED_STATES])
    stmt = sa.select(ImportRun.id).where(busy, ImportRun.lease_until < clock.real_now()).order_by(ImportRun.id)
    return list(db.session.scalars(stmt))


def list_waiting_archives() -> list[int]:
    """Return the ids of users whose archive waits for the job, or whose writing was interrupted."""
    is_waiting = ExportArchive.state == ArchiveState.waiting.value
    stmt = sa.select(ExportArchive.user_id).where(sa.or_(is_waiting, ExportArchive.lease_until < clock.real_now()))
    return list(db.session.scalars(stmt.order_by(ExportArchive.at)))


def find_language(run_id: int) -> str:
    """Return the language of the user of an import, in which its report is written."""
    stmt = sa.select(User.language).join(ImportRun, ImportRun.user_id == User.id).where(ImportRun.id == run_id)
    return db.session.scalar(stmt) or "en"


def load_run_actor(run: ImportRun) -> Actor:
    """Return the actor of an import: the user who created it, or the shell."""
    if run.user_id is None:
        return SYSTEM
    return load_actor(db.session.get_one(User, run.user_id))


def list_import_teams(actor: Actor) -> list[tuple[int, str]]:
    """Return the teams, as id and name, into which the actor may import; the actor's first team first."""
    stmt = sa.select(Team.id, Team.name).order_by(Team.name)
    if not actor.sees_all_teams:
        stmt = stmt.where(Team.id.in_(sorted(actor.team_ids)))
    rows = [(team_id, name) for team_id, name in db.session.execute(stmt)]
    return sorted(rows, key=lambda row: row[0] != actor.first_team_id)


def load_mapping(actor: Actor, kind: ImportKind, key: str) -> list[str] | None:
    """Return the codes of the fields that the actor last chose for these headings; None without any."""
    row = db.session.get(ImportMapping, (actor.id, kind.value, key)) if actor.id is not None else None
    return None if row is None else list(row.mapping["codes"])


def load_options(run: ImportRun) -> ImportOptions:
    return parse_options(run.options, run.team_id)


def parse_options(data: Mapping[str, Any], team_id: int | None) -> ImportOptions:
    """Return the options from the JSON of a run."""
    return ImportOptions(
        team_id=team_id,
        tags=tuple(t.strip()[:MAX_TAG_CHARS] for t in data.get("tags", "").replace("，", ",").split(",") if t.strip()),
        tier=data.get("tier", ""),
        skip_refused=bool(data.get("skip_refused")),
        choices={int(line): chosen for line, chosen in data.get("choices", {}).items()},
    )


class ImportReport(NamedTuple):
    """One page of an import's rows, with the number of rows by outcome."""

    counts: dict[LineOutcome, int]
    outcome: LineOutcome | None
    lines: list[ImportLine]
    start: int
    total: int

    @property
    def next_start(self) -> int | None:
        """Where the next page begins; None on the last page."""
        return self.start + PAGE_SIZE if self.start + PAGE_SIZE < self.total else None

    @property
    def previous_start(self) -> int | None:
        """Where the page before begins; None on the first page."""
        return max(self.start - PAGE_SIZE, 0) if self.start else None


def build_report(data: Sequence[Any], outcome: str, start: int) -> ImportReport:
    """Return the page of a report that begins at `start`, with all rows or those of one outcome."""
    counts = Counter(row[1] for row in data)
    selected = LineOutcome.from_code(outcome) if outcome in {o.value for o in LineOutcome} else None
    rows = [row for row in data if row[1] == selected.value] if selected else list(data)
    start = max(0, min(start, len(rows) - 1))
    lines = [line_from_json(row) for row in rows[start : start + PAGE_SIZE]]
    return ImportReport({o: counts[o.value] for o in LineOutcome if counts[o.value]}, selected, lines, start, len(rows))


def report_csv(run: ImportRun) -> str:
    """Return the row report as CSV, in the format of exported lists."""
    buffer = io.StringIO()
    buffer.write(BYTE_ORDER_MARK)
    out = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    out.writerow(["row", "result", "name", "native_name", "where", "why", "problems"])
    for line in map(line_from_json, run.report):
        problems = "; ".join(f"{column}: {text}" if column else text for column, text in line.problems)
        texts = (line.label, line.native, line.place, line.reason, problems)
        out.writerow([line.line, line.outcome.value, *map(escape_formula, texts)])
    return buffer.getvalue()
