"""From a file to a preview: the file is stored, no record is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db, new_uid, unlocked
from crm.core.data.identity import Team
from crm.core.errors import Forbidden, Invalid
from crm.core.memory import paused_gc
from crm.core.policy import Actor
from crm.core.web.files import folder, store_bytes, stored_bytes
from crm.core.words import _
from crm.imports.handlers import plan_rows
from crm.imports.models import ImportRun, RowReport
from crm.imports.plan.line import ImportOptions
from crm.imports.policy import ImportKind, RunState
from crm.imports.preview import pack_preview, unpack_preview
from crm.imports.queries import parse_options
from crm.imports.readers.headings import allowed_mapping, mapping_to_codes
from crm.imports.readers.limits import MAX_BYTES
from crm.imports.source import READ_SETTING_NAMES, ImportSource, ReadSettings, open_source

from .mappings import load_column_codes, save_mapping
from .own_exports import refuse_other_lists
from .report import PreviewSnapshot, newest_change_id, plan_lines, read_rows, save_report

FILES = "imports"


@dataclass(frozen=True)
class RunSettings:
    """The settings of an import: how the file is read, the fields of columns, and the choices for rows.

    `codes` are by column; None leaves them as they are. `choices` are by line and add to those made before.
    """

    reading: ReadSettings = field(default_factory=ReadSettings)
    codes: Mapping[int, str] | None = None
    team_id: int | None = None
    tags: str = ""
    tier: str = ""
    skip_refused: bool = False
    choices: Mapping[int, str] = field(default_factory=dict)


@paused_gc()
def preview_file(actor: Actor, data: bytes, kind: ImportKind | None) -> PreviewSnapshot | Invalid | None:
    """Read a file and plan its rows outside a transaction; ends the current one.

    Return None without a file, and Invalid if it can't be read, for `start_import` to raise.
    """
    if not data:
        return None
    with unlocked():
        try:
            source = refuse_other_lists(open_source(data, kind, ReadSettings()), kind)
            newest = newest_change_id()
            options = ImportOptions(team_id=actor.first_team_id or _find_first_team(actor))
            rows = read_rows(actor, source, load_column_codes(actor, source))
            lines = plan_rows(source.kind, actor, rows, options)
        except Invalid as problem:
            return problem
        return PreviewSnapshot(source, lines, newest)


@paused_gc()
def start_import(
    actor: Actor,
    data: bytes,
    name: str,
    kind: ImportKind | None = None,
    *,
    uid: str | None = None,
    snapshot: PreviewSnapshot | Invalid | None = None,
) -> ImportRun:
    """Store a file and plan its rows. Raises Invalid on `file` if it can't be read."""
    if isinstance(snapshot, Invalid):
        raise snapshot
    run, source = store_import_file(actor, data, name, kind, uid=uid, source=snapshot.source if snapshot else None)
    save_report(run, plan_lines(actor, run, source) if snapshot is None else snapshot.lines)
    return run


def store_import_file(
    actor: Actor,
    data: bytes,
    name: str,
    kind: ImportKind | None,
    *,
    uid: str | None = None,
    source: ImportSource | None = None,
) -> tuple[ImportRun, ImportSource]:
    """Store a file without planning its rows. Raises Invalid on `file` if it can't be read."""
    if not data:
        raise Invalid(_("Choose another file. This one is empty."), "file")
    source = source or refuse_other_lists(open_source(data[: MAX_BYTES + 1], kind, ReadSettings()), kind)
    stored = store_bytes(data, Path(name.replace("\\", "/")).name or "file", "file", FILES, any_kind=True)
    codes = load_column_codes(actor, source)
    run = ImportRun(
        uid=uid or new_uid(),
        user_id=actor.id,
        team_id=actor.first_team_id or _find_first_team(actor),
        kind=source.kind.value,
        file_name=stored.name,
        stored_as=stored.stored_as,
        sha256=stored.sha256,
        at=clock.now(),
        state=RunState.preview.value,
        options={"codes": codes},
        preview=pack_preview(source, codes),
    )
    db.session.add(run)
    return run, source


def _find_first_team(actor: Actor) -> int | None:
    """Return the first team of all, for actors who see all teams and are in none, and for the shell."""
    return db.session.scalar(sa.select(sa.func.min(Team.id))) if actor.sees_all_teams else None


def load_source(run: ImportRun) -> ImportSource:
    """Read the stored file by the settings of the run. Raises ReadError, NotFound."""
    return open_source(stored_bytes(run.stored_as, FILES), ImportKind.from_code(run.kind), load_read_settings(run))


def load_preview(run: ImportRun) -> ImportSource:
    """Return the stored preview of the file: no page reads the file itself."""
    return unpack_preview(run.preview) if run.preview else load_source(run)


def load_read_settings(run: ImportRun) -> ReadSettings:
    """Return the file settings of the run."""
    return ReadSettings(**{name: run.options.get(name, "") for name in READ_SETTING_NAMES})


@paused_gc()
def change_run(actor: Actor, run: ImportRun, settings: RunSettings) -> RunPreview:
    """Store the settings and plan the rows again, outside a transaction; ends the current one.

    Raises Invalid on the invalid field, Forbidden for another user's import.
    """
    require_open_run(actor, run)
    if settings.team_id is not None and settings.team_id not in actor.team_ids and not actor.sees_all_teams:
        raise Invalid(_("Choose one of your teams."), "team_id")
    with unlocked():
        preview = _preview(actor, run, settings)
    db.session.refresh(run, with_for_update=True)
    require_open_run(actor, run)
    if run.options != preview.old_options:
        preview = _preview(actor, run, settings)
    run.team_id, run.options = settings.team_id or run.team_id, preview.options
    run.preview = pack_preview(preview.snapshot.source, preview.options["codes"])
    save_report(run, preview.snapshot.lines)
    save_mapping(actor, run, preview.snapshot.source)
    return preview


class RunPreview(NamedTuple):
    """The preview of an import with new settings: its options before and now."""

    old_options: dict[str, Any]
    options: dict[str, Any]
    snapshot: PreviewSnapshot

    @property
    def is_reread(self) -> bool:
        """Whether columns or file settings changed."""
        return any(self.old_options.get(k, "") != self.options[k] for k in ("codes", *READ_SETTING_NAMES))


def _preview(actor: Actor, run: ImportRun, settings: RunSettings) -> RunPreview:
    """Plan the rows with these settings; changes nothing."""
    before, reading = dict(run.options), settings.reading
    source = open_source(stored_bytes(run.stored_as, FILES), ImportKind.from_code(run.kind), reading)
    options: dict[str, Any] = {
        "codes": _codes(actor, source, before, settings),
        "tags": settings.tags,
        "tier": settings.tier,
        "skip_refused": settings.skip_refused,
        "choices": _choices(before, settings),
    } | asdict(reading)
    newest, rows = newest_change_id(), read_rows(actor, source, options["codes"])
    lines = plan_rows(source.kind, actor, rows, parse_options(options, settings.team_id or run.team_id))
    return RunPreview(before, options, PreviewSnapshot(source, lines, newest))


def _choices(before: Mapping[str, Any], settings: RunSettings) -> dict[str, str]:
    """Return the choices for rows by line; none if the file settings changed: the lines may be other rows then."""
    if _old_reading(before) != settings.reading:
        return {}
    earlier: dict[str, str] = before.get("choices", {})
    return earlier | {str(line): chosen for line, chosen in settings.choices.items()}


def _old_reading(before: Mapping[str, Any]) -> ReadSettings:
    return ReadSettings(**{name: before.get(name, "") for name in READ_SETTING_NAMES})


def _codes(actor: Actor, source: ImportSource, before: Mapping[str, Any], settings: RunSettings) -> list[str]:
    """Return the codes of the columns: guessed again if the file settings changed, or else as chosen."""
    old = _old_reading(before)
    if source.table is None or old != settings.reading or settings.codes is None:
        return load_column_codes(actor, source) if old != settings.reading else list(before["codes"])
    codes = [settings.codes.get(index, "") for index in range(len(source.table.headings))]
    single = Counter(t.code for t in source.mapping(codes) if t is not None and not t.may_repeat)
    twice = next((code for code, times in single.items() if times > 1), None)
    if twice is not None:
        raise Invalid(
            _("Choose another field or “Don't import” for one of the columns. Two columns use the same field."),
            "columns",
        )
    return mapping_to_codes(allowed_mapping(source.table.headings, source.mapping(codes)))


class AlreadyConfirmed(Invalid):
    """The import was already confirmed, in another window or by a second click."""


def require_open_run(actor: Actor, run: ImportRun) -> None:
    """Raise Forbidden for another user's import, AlreadyConfirmed for a confirmed one."""
    if run.user_id != actor.id and not actor.is_system:
        raise Forbidden
    if run.state != RunState.preview.value:
        raise AlreadyConfirmed(_("This import was already started."))


def discard_run(actor: Actor, run: ImportRun) -> None:
    """Delete an import that wasn't confirmed."""
    require_open_run(actor, run)
    db.session.execute(sa.delete(RowReport).where(RowReport.run_id == run.id))
    db.session.delete(run)
    db.session.flush()


def delete_import_file(stored_as: str) -> None:
    """Delete the file of an import that wasn't confirmed."""
    (folder(FILES) / Path(stored_as).name).unlink(missing_ok=True)
