"""From a file to a preview: what it holds is kept, nothing of it is written."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.db import db, new_uid
from crm.core.errors import Forbidden, Invalid
from crm.core.files import folder, keep_bytes, stored_bytes
from crm.core.identity import Team
from crm.core.policy import Actor
from crm.core.words import _
from crm.imports.kinds import WAYS
from crm.imports.models import ImportMapping, ImportRun
from crm.imports.plan.line import Line
from crm.imports.policy import ImportKind, Outcome, RunState
from crm.imports.queries import options_of, remembered
from crm.imports.readers.headings import allowed, mapping_of, to_codes
from crm.imports.readers.limits import MAX_BYTES
from crm.imports.source import Reading, Source, open_source

FILES = "imports"


@dataclass(frozen=True)
class Wanted:
    """What a person wants of an import: how the file is read, what columns become, and the choices for rows.

    `codes` are by column; None leaves them as they are. `choices` are by line and add to those made before.
    """

    reading: Reading = field(default_factory=Reading)
    codes: Mapping[int, str] | None = None
    team_id: int | None = None
    tags: str = ""
    tier: str = ""
    skip_refused: bool = False
    choices: Mapping[int, str] = field(default_factory=dict)


@contextmanager
def uncollected() -> Iterator[None]:
    """Do without the collector: rows by the thousand are no garbage, and looking among them takes a third of the time.

    Of several at once the first to begin turns it on again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@uncollected()
def start_run(
    actor: Actor, data: bytes, name: str, kind: ImportKind | None = None, *, uid: str | None = None
) -> ImportRun:
    """Keep a file and say what it would do. Raises Invalid on `file` for what cannot be read."""
    run, source = take_file(actor, data, name, kind, uid=uid)
    look(actor, run, source)
    return run


def take_file(
    actor: Actor, data: bytes, name: str, kind: ImportKind | None, *, uid: str | None = None
) -> tuple[ImportRun, Source]:
    """Keep a file that can be read, not yet looked at. Raises Invalid on `file` for what cannot."""
    if not data:
        raise Invalid(_("The file is empty."), "file")
    source = open_source(data[: MAX_BYTES + 1], kind, Reading())
    kept = keep_bytes(data, Path(name.replace("\\", "/")).name or "file", "file", FILES, any_kind=True)
    run = ImportRun(
        uid=uid or new_uid(), user_id=actor.id, team_id=actor.first_team_id or _some_team(actor),
        kind=source.kind.value, file_name=kept.name, stored_as=kept.stored_as, sha256=kept.sha256,
        at=clock.now(), state=RunState.preview.value, options={"codes": codes_for(actor, source)},
    )  # fmt: skip
    db.session.add(run)
    return run, source


def _some_team(actor: Actor) -> int | None:
    """The first team of all, for those who see all teams and are in none, and for the shell."""
    return db.session.scalar(sa.select(sa.func.min(Team.id))) if actor.sees_all_teams else None


def codes_for(actor: Actor, source: Source) -> list[str]:
    """What the columns become: as the actor read these headings before, else as guessed."""
    kept = remembered(actor, source.kind, source.key) if source.table is not None else None
    if kept is not None and source.table is not None and len(kept) == len(source.table.headings):
        return kept
    return to_codes(mapping_of(source.guesses()))


def source_of(run: ImportRun) -> Source:
    """The stored file as the run wants it read. Raises ReadError, NotFound."""
    return open_source(stored_bytes(run.stored_as, FILES), ImportKind.named(run.kind), reading_of(run))


def reading_of(run: ImportRun) -> Reading:
    """How the run's file is read."""
    return Reading(**{name: run.options.get(name, "") for name in ("encoding", "separator", "sheet")})


@uncollected()
def change_run(actor: Actor, run: ImportRun, wanted: Wanted) -> bool:
    """Keep what is wanted and look again; gives whether rows are read in another way than before.

    Raises Invalid on the field that is wrong, Forbidden for another person's import.
    """
    must_be_open(actor, run)
    if wanted.team_id is not None and wanted.team_id not in actor.team_ids and not actor.sees_all_teams:
        raise Invalid(_("Choose one of your teams."), "team_id")
    run.team_id = wanted.team_id or run.team_id
    before, reading = dict(run.options), wanted.reading
    source = open_source(stored_bytes(run.stored_as, FILES), ImportKind.named(run.kind), reading)
    codes = _codes(actor, source, before, wanted)
    run.options = {
        "codes": codes, "encoding": reading.encoding, "separator": reading.separator, "sheet": reading.sheet,
        "tags": wanted.tags, "tier": wanted.tier, "skip_refused": wanted.skip_refused,
        "choices": before.get("choices", {}) | {str(line): chosen for line, chosen in wanted.choices.items()},
    }  # fmt: skip
    look(actor, run, source)
    remember(actor, run, source)
    return any(before.get(k, "") != run.options[k] for k in ("codes", "encoding", "separator", "sheet"))


def _codes(actor: Actor, source: Source, before: Mapping[str, Any], wanted: Wanted) -> list[str]:
    """The columns' fields: guessed anew when the file is read in another way, else as chosen."""
    old = Reading(**{name: before.get(name, "") for name in ("encoding", "separator", "sheet")})
    if source.table is None or old != wanted.reading or wanted.codes is None:
        return codes_for(actor, source) if old != wanted.reading else list(before["codes"])
    codes = [wanted.codes.get(at, "") for at in range(len(source.table.headings))]
    single = Counter(t.code for t in source.mapping(codes) if t is not None and not t.may_repeat)
    twice = next((code for code, times in single.items() if times > 1), None)
    if twice is not None:
        raise Invalid(_("Two columns become the same. Choose another for one of them, or “Not imported”."), "columns")
    return to_codes(allowed(source.table.headings, source.mapping(codes)))


def must_be_open(actor: Actor, run: ImportRun) -> None:
    """Raise Forbidden for an import of somebody else, Invalid for one that was confirmed."""
    if run.user_id != actor.id and not actor.everything:
        raise Forbidden
    if run.state != RunState.preview.value:
        raise Invalid(_("This import was confirmed already."))


def look(actor: Actor, run: ImportRun, source: Source) -> None:
    """Say anew what each row would do, against what is here now, and keep the report."""
    keep_report(run, planned(actor, run, source))


def planned(actor: Actor, run: ImportRun, source: Source) -> list[Line]:
    """What each row would do; the run has the counts: created + updated + skipped + failed = rows."""
    lines = WAYS[source.kind].plan(actor, source.rows(run.options["codes"]), options_of(run))
    keep_counts(run, lines)
    return lines


def keep_report(run: ImportRun, lines: Sequence[Line]) -> None:
    """Keep a line a row, and the counts."""
    keep_counts(run, lines)
    run.report = [line.kept() for line in lines]
    db.session.flush()


def keep_counts(run: ImportRun, lines: Sequence[Line]) -> None:
    """Count the rows by what becomes of them."""
    counts = Counter(line.outcome for line in lines)
    run.rows = len(lines)
    run.created, run.updated, run.failed = counts[Outcome.new], counts[Outcome.adds], counts[Outcome.refused]
    run.skipped = run.rows - run.created - run.updated - run.failed


def remember(actor: Actor, run: ImportRun, source: Source) -> None:
    """Keep how the actor reads these headings."""
    if actor.id is None or source.table is None:
        return
    key = (actor.id, run.kind, source.key)
    row = db.session.get(ImportMapping, key) or ImportMapping(user_id=actor.id, kind=run.kind, heading_key=source.key)
    row.mapping, row.at = {"codes": list(run.options["codes"])}, clock.now()
    db.session.add(row)
    db.session.flush()


def drop_run(actor: Actor, run: ImportRun) -> None:
    """Forget a preview that nobody wants."""
    must_be_open(actor, run)
    db.session.delete(run)
    db.session.flush()


def forget_file(stored_as: str) -> None:
    """Remove the file of an import that was never confirmed."""
    (folder(FILES) / Path(stored_as).name).unlink(missing_ok=True)
