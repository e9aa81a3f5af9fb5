"""Forms of an import: the file, and how its rows are imported."""

from __future__ import annotations

import re
from typing import Any

import wtforms as w
from flask import current_app, g, request
from flask_wtf.file import FileRequired
from werkzeug.datastructures import FileStorage
from wtforms import validators as v

from crm.core.forms.fields import CodeField, InRange, IntegerField, strip_text
from crm.core.forms.forms import Form
from crm.core.i18n.formats import num
from crm.core.words import _, _l
from crm.followups.enums import Tier

from .columns import list_encodings, list_separators
from .models import ImportRun
from .plan.line import line_from_json
from .policy import ImportKind, LineOutcome, RowChoice
from .queries import list_import_teams
from .readers.limits import MAX_BYTES, MAX_ROWS
from .services import RunSettings
from .source import ImportSource, ReadSettings

TAGGED_KINDS = frozenset({ImportKind.people, ImportKind.organizations, ImportKind.posts})
"""Kinds of records that have tags."""
TEAM_KINDS = frozenset({ImportKind.people, ImportKind.organizations})
"""Kinds of records that are added to the chosen team."""
OWN_TEAM_KINDS = frozenset({ImportKind.interactions, ImportKind.followups})
"""Kinds of records that are added to the actor's team; an actor who sees all teams chooses one."""
MAX_TAGS_CHARS = 300
SKIPS_ERRORS = "import_valid"
"""The value of the button that says how many rows with errors it skips."""
NUMBER = re.compile("[0-9]{1,9}")


class FileForm(Form):
    file = w.FileField(_l("File"), [FileRequired(_l("Choose a file."))])
    kind = CodeField(_l("Record type"), [v.Optional()], enum=ImportKind, blank=_l("Detect automatically"))

    def __init__(self, **kw: Any) -> None:
        super().__init__(**kw)
        self.file.description = _(
            "CSV, XLSX, vCard, or the list of U.S. posts (XML). Up to %(mb)s MB and %(rows)s rows.",
            mb=num(min(current_app.config["CRM_UPLOAD_MB"], MAX_BYTES // 1_000_000)),
            rows=num(MAX_ROWS),
        )

    def uploaded_file(self) -> tuple[bytes, str]:
        """Return the file's bytes and name; both empty when no file was sent."""
        upload = self.file.data
        if not isinstance(upload, FileStorage):
            return b"", ""
        data = upload.stream.read()
        upload.stream.seek(0)
        return data, upload.filename or ""

    @property
    def selected_kind(self) -> ImportKind | None:
        """The chosen record type; None to detect it."""
        return self.kind.data if isinstance(self.kind.data, ImportKind) else None


class PreviewForm(Form):
    """File settings and options for all rows. Choices of columns and rows are inputs of the page, not fields."""

    encoding = w.SelectField(_l("Encoding"), [v.Optional()])
    separator = w.SelectField(_l("Separator"), [v.Optional()])
    sheet = w.SelectField(_l("Sheet"), [v.Optional()])
    heading = IntegerField(_l("Header row"), [v.Optional(), InRange(1, MAX_ROWS)])
    team_id = w.SelectField(_l("Team"), [v.Optional()], coerce=int)
    tags = w.StringField(
        _l("Tags"),
        [v.Length(max=MAX_TAGS_CHARS)],
        filters=[strip_text],
        description=_l("Separate tags with commas. Added to every row."),
    )
    tier = CodeField(
        _l("Keep in touch"),
        [v.Optional()],
        enum=Tier,
        blank=_l("Not set"),
        description=_l("For new people. Start dates are spread out, three people a day."),
    )

    def __init__(self, run: ImportRun, source: ImportSource) -> None:
        options = run.options
        read = source.table
        super().__init__(
            obj=run,
            encoding=source.encoding,
            separator=read.separator if read else "",
            sheet=read.sheet if read else "",
            heading=read.heading_line if read else None,
            tags=options.get("tags", ""),
            tier=Tier.from_code(options["tier"]) if options.get("tier") else None,
        )
        self.run, self.source = run, source
        self.encoding.choices = [w.SelectChoice(*pair) for pair in list_encodings(source)]
        self.separator.choices = [w.SelectChoice(*pair) for pair in list_separators(source)]
        self.sheet.choices = [w.SelectChoice(name, name) for name in (read.sheets if read else ())]
        self.team_id.choices = [w.SelectChoice(*pair) for pair in list_import_teams(g.actor)]
        for name in ("encoding", "separator", "sheet", "team_id"):
            if len(self[name].choices) < 2:
                delattr(self, name)
        if read is None:
            del self.heading
        if source.kind is not ImportKind.people:
            delattr(self, "tier")
        if source.kind not in TAGGED_KINDS:
            delattr(self, "tags")
        if (
            "team_id" in self
            and source.kind not in TEAM_KINDS
            and not (source.kind in OWN_TEAM_KINDS and g.actor.sees_all_teams)
        ):
            delattr(self, "team_id")

    @property
    def is_confirmed(self) -> bool:
        """Whether a button "Import" was pressed."""
        return request.form.get("do") in ("import", SKIPS_ERRORS)

    def to_settings(self) -> RunSettings:
        """Return the settings chosen on the page."""
        columns, tier = _read_numbered("col-"), self.data.get("tier")
        return RunSettings(
            reading=self._reading(),
            codes=columns or None,
            team_id=self.data.get("team_id"),
            tags=self.data.get("tags") or "",
            tier=tier.value if tier else "",
            skip_refused=request.form.get("do") == SKIPS_ERRORS,
            choices=self._choices(),
        )

    def _choices(self) -> dict[int, str]:
        """Return the choices for rows that differ from what the page proposed: other columns may change a proposal."""
        allowed = {RowChoice.new.value, RowChoice.skip.value, ""}
        choices = {n: text for n, text in _read_numbered("row-").items() if text in allowed or NUMBER.fullmatch(text)}
        lines = [line_from_json(row) for row in self.run.report if row[0] in choices] if choices else []
        proposed = {line.line: selected_choice(line, {}) for line in lines}
        return {number: text for number, text in choices.items() if text != proposed.get(number)}

    def _reading(self) -> ReadSettings:
        """Return the file settings that differ from the guesses: a choice that repeats a guess stays a guess."""
        options, read = self.run.options, self.source.table
        now = {
            "encoding": self.source.encoding,
            "separator": read.separator if read else "",
            "sheet": read.sheet if read else "",
            "heading": str(read.heading_line) if read else "",
        }
        chosen = {name: str(self.data.get(name) or now[name]) for name in now}
        return ReadSettings(**{n: chosen[n] if chosen[n] != now[n] else options.get(n, "") for n in now})


def _read_numbered(start: str) -> dict[int, str]:
    """Return the inputs named `start` + number, by number."""
    pairs = ((name.removeprefix(start), text) for name, text in request.form.items() if name.startswith(start))
    return {int(number): text for number, text in pairs if NUMBER.fullmatch(number)}


def row_choices(line: Any, choices: dict[str, str]) -> list[tuple[str, str]]:
    """Return the choices, as code and label, for a row that matches records or another row, or has a choice already."""
    options = [(str(m.id), _("Update %(name)s", name=m.label)) for m in line.matches]
    options += [("", _("Add to row %(n)s", n=line.joins))] if line.joins else []
    options += [(choice.value, str(choice.label)) for choice in RowChoice]
    is_decided = bool(line.matches or line.joins or choices.get(str(line.line)))
    return options if is_decided or line.outcome is LineOutcome.skipped else []


def selected_choice(line: Any, choices: dict[str, str]) -> str:
    """Return the code of the current choice for a row."""
    chosen = choices.get(str(line.line), "")
    if chosen:
        return chosen
    if line.outcome is LineOutcome.skipped:
        return RowChoice.skip.value
    if line.outcome is LineOutcome.new:
        return RowChoice.new.value
    return str(line.record_id) if line.record_id else ""
