"""Questions about imports: who may see which, and what a page about one shows."""

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
from crm.core.data.identity import Membership, Team, User, actor_of
from crm.core.errors import NotFound
from crm.core.i18n.formats import num
from crm.core.lists.export import MARK, escape_formula
from crm.core.policy import SYSTEM, Actor
from crm.core.words import Lazy, _

from .labels import ENCODINGS, SEPARATORS, target_choices
from .models import ImportMapping, ImportRun
from .plan.line import ImportLine, ImportOptions, line_from_json
from .policy import PAGE_SIZE, SLICED_STATES, ImportKind, LineOutcome, RunState, may_see_run
from .readers.charset import OFFERED_ENCODINGS
from .readers.csv_files import SEPARATORS as SEPARATORS_READ
from .source import ImportSource

MAX_RUNS = 200
FIRST_ROWS, FIRST_ROWS_CELL_CHARS = 5, 40


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


class ImportColumn(NamedTuple):
    """A column of the file: its letter, heading and first value, and what it becomes (`code`), or why it never does.

    Of a column that is never imported no value is told.
    """

    at: int
    letter: str
    heading: str
    first: str
    is_empty: bool
    code: str
    is_guess: bool
    blocked_reason: Lazy | None
    choices: Sequence[tuple[str, str]]


def get_run(actor: Actor, run_id: int, *, lock: bool = False) -> ImportRun:
    """One import the actor may see; `alone` waits until nobody else is changing it. Raises NotFound."""
    run = db.session.get(ImportRun, run_id, with_for_update=lock or None)
    if run is None or not may_see_run(actor, run.user_id, run.team_id):
        raise NotFound
    return run


def list_runs(actor: Actor) -> list[RunRow]:
    """The actor's imports, and of managers those of their teams, newest first; without the reports."""
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


def list_waiting_runs() -> list[int]:
    """Confirmed imports that are still to be written, the oldest first."""
    stmt = sa.select(ImportRun.id).where(ImportRun.state == RunState.confirmed.value).order_by(ImportRun.id)
    return list(db.session.scalars(stmt))


def list_interrupted_runs() -> list[int]:
    """Imports whose worker was killed while it wrote them, the oldest first."""
    busy = ImportRun.state.in_([state.value for state in SLICED_STATES])
    stmt = sa.select(ImportRun.id).where(busy, ImportRun.lease_until < clock.real_now()).order_by(ImportRun.id)
    return list(db.session.scalars(stmt))


def load_run_actor(run: ImportRun) -> Actor:
    """On whose behalf an import is written: who made it, or the shell."""
    if run.user_id is None:
        return SYSTEM
    return load_actor(db.session.get_one(User, run.user_id))


def load_actor(user: User) -> Actor:
    """The actor that a user is."""
    stmt = sa.select(Membership.team_id).where(Membership.user_id == user.id).order_by(Membership.position)
    return actor_of(user, list(db.session.scalars(stmt)))


def list_import_teams(actor: Actor) -> list[tuple[int, str]]:
    """The teams into which the actor may import, the first one first."""
    stmt = sa.select(Team.id, Team.name).order_by(Team.name)
    if not actor.sees_all_teams:
        stmt = stmt.where(Team.id.in_(sorted(actor.team_ids)))
    rows = [(team_id, name) for team_id, name in db.session.execute(stmt)]
    return sorted(rows, key=lambda row: row[0] != actor.first_team_id)


def load_mapping(actor: Actor, kind: ImportKind, key: str) -> list[str] | None:
    """How the actor read these headings last time."""
    row = db.session.get(ImportMapping, (actor.id, kind.value, key)) if actor.id is not None else None
    return None if row is None else list(row.mapping["codes"])


def load_options(run: ImportRun) -> ImportOptions:
    """What was chosen for an import."""
    return parse_options(run.options, run.team_id)


def parse_options(data: Mapping[str, Any], team_id: int | None) -> ImportOptions:
    """What was chosen, as a run keeps it."""
    return ImportOptions(
        team_id=team_id,
        tags=tuple(t.strip() for t in data.get("tags", "").replace("，", ",").split(",") if t.strip()),
        tier=data.get("tier", ""),
        skip_refused=bool(data.get("skip_refused")),
        choices={int(line): chosen for line, chosen in data.get("choices", {}).items()},
    )


def build_columns(source: ImportSource, codes: Sequence[str]) -> list[ImportColumn]:
    """The columns of a table as the page shows them."""
    if source.table is None:
        return []
    columns = []
    rows = [row.cells for row in source.table.rows]
    for guess, code in zip(source.guesses(), codes, strict=True):
        index = guess.column
        is_guess = bool(code) and not guess.is_certain and guess.target is not None and guess.target.code == code
        first = next((cells[index] for cells in rows if cells[index]), "")
        columns.append(
            ImportColumn(
                index,
                _letter(index),
                guess.heading,
                first[:60] if not guess.blocked_reason else "",
                not first,
                code,
                is_guess,
                guess.blocked_reason,
                () if guess.blocked_reason else target_choices(source.kind, code),
            )
        )
    return columns


def first_rows(source: ImportSource, columns: Sequence[ImportColumn]) -> list[str]:
    """The first rows of a table as one line each, without columns that are never imported."""
    if source.table is None:
        return []
    allowed = [column.at for column in columns if not column.blocked_reason]
    rows = [row.cells for row in source.table.rows[:FIRST_ROWS]]
    return [" · ".join(cells[i][:FIRST_ROWS_CELL_CHARS] for i in allowed if cells[i]) for cells in rows]


def _letter(index: int) -> str:
    """A column as a spreadsheet calls it: A, B, ... Z, AA."""
    before, index = divmod(index, 26)
    return (_letter(before - 1) if before else "") + chr(ord("A") + index)


def list_encodings(source: ImportSource) -> list[tuple[str, str]]:
    """Encodings to choose from, each with how many lines it can read."""
    tried = {c.encoding: c for c in source.candidates}
    offered = list(OFFERED_ENCODINGS) if source.encoding in OFFERED_ENCODINGS else [source.encoding, *OFFERED_ENCODINGS]
    options = []
    for name in offered if source.encoding else ():
        candidate = tried.get(name)
        label = str(ENCODINGS.get(name, name))
        if candidate is not None and candidate.readable < candidate.lines:
            n, total = num(candidate.readable), num(candidate.lines)
            label = _("%(name)s: %(n)s of %(all)s lines readable", name=label, n=n, all=total)
        elif candidate is not None:
            label = _("%(name)s: all lines readable", name=label)
        options.append((name, label))
    return options


def list_separators(source: ImportSource) -> list[tuple[str, str]]:
    """Separators to choose from, of a text table."""
    if source.table is None or not source.table.separator:
        return []
    return [(mark, str(SEPARATORS[mark])) for mark in SEPARATORS_READ]


class ImportReport(NamedTuple):
    """One page of an import's rows: how many of each outcome, the rows, and where the next and last page begin."""

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
    """The page of a report that begins at `start`, of all rows or those of one outcome."""
    counts = Counter(row[1] for row in data)
    selected = LineOutcome.from_code(outcome) if outcome in {o.value for o in LineOutcome} else None
    rows = [row for row in data if row[1] == selected.value] if selected else list(data)
    start = max(0, min(start, len(rows) - 1))
    lines = [line_from_json(row) for row in rows[start : start + PAGE_SIZE]]
    return ImportReport({o: counts[o.value] for o in LineOutcome if counts[o.value]}, selected, lines, start, len(rows))


def report_csv(run: ImportRun) -> str:
    """The row report as a file: line, result, name, where, why, problems; as the lists' own files are written."""
    buffer = io.StringIO()
    buffer.write(MARK)
    out = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    out.writerow(["row", "result", "name", "native_name", "where", "why", "problems"])
    for line in map(line_from_json, run.report):
        problems = "; ".join(f"{column}: {text}" if column else text for column, text in line.problems)
        texts = (line.label, line.native, line.place, line.reason, problems)
        out.writerow([line.line, line.outcome.value, *map(escape_formula, texts)])
    return buffer.getvalue()
