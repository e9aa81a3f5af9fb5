"""Forms of attendance: checkboxes, a pasted or uploaded list, and the check of its names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import wtforms as w
from werkzeug.datastructures import FileStorage
from wtforms import validators as v

from crm.core.errors import Invalid
from crm.core.forms.forms import Form, of
from crm.core.hooks import PEOPLE_FILES
from crm.core.words import _, _l
from crm.shows.forms import MAX_TEXT

from .attendance import MAX_LINES, check_lines, split_lines
from .models import ShowParticipant
from .policy import Attendance
from .queries import ParticipantRow

MAX_FILE_BYTES = 400_000


class AttendanceForm(Form):
    """Who attended, of the participants."""

    attended = w.SelectMultipleField(_l("Who attended?"), coerce=int)
    others_missed = w.BooleanField(_l("Mark everyone else who registered as a no-show"))
    former = w.HiddenField()
    """The rows that were checked when the form was opened, joined by commas."""
    on_page = w.HiddenField()
    """The rows that the form had when it was opened, joined by commas."""

    def __init__(self, *args: Any, participants: Sequence[ParticipantRow], **kw: Any) -> None:
        rows = [row for row in participants if row.record_id is not None]
        checked = [row.id for row in rows if row.attendance is Attendance.attended]
        on_page = ",".join(str(row.id) for row in rows)
        super().__init__(*args, attended=checked, former=",".join(map(str, checked)), on_page=on_page, **kw)
        self.attended.choices = [
            w.SelectChoice(row.id, f"{row.label or row.native_label} ({row.attendance})") for row in rows
        ]

    @property
    def former_ids(self) -> set[int]:
        """The rows that were checked when the form was opened."""
        return self._choices_in(self.former)

    @property
    def ids_on_page(self) -> set[int]:
        """The rows that the form had when it was opened."""
        return self._choices_in(self.on_page)

    def _choices_in(self, field: w.HiddenField) -> set[int]:
        texts = set((field.data or "").split(","))
        return {choice.value for choice in self.attended.choices if str(choice.value) in texts}


class AttendanceListForm(Form):
    """A pasted list, or a file with one."""

    text = w.TextAreaField(
        _l("Names or email addresses"),
        [v.Length(max=20_000, message=MAX_TEXT)],
        description=_l("One on each line. Columns copied from a spreadsheet or a registration page work, too."),
        render_kw={"rows": 12},
    )
    file = w.FileField(
        _l("Or a file"),
        description=_l("CSV or XLSX with column headers, or vCards. Up to %(n)d rows and 400 kB.", n=MAX_LINES),
    )
    attendance = of(ShowParticipant.attendance, default=Attendance.attended)

    def read_file(self) -> list[str] | Invalid | None:
        """Return the lines of the file, or what is wrong with it; None without a file."""
        upload = self.file.data
        if not isinstance(upload, FileStorage) or not upload.filename:
            return None
        data = upload.stream.read(MAX_FILE_BYTES + 1)
        if len(data) > MAX_FILE_BYTES:
            return Invalid(_("Choose a file of at most 400 kB."), "file")
        try:
            return check_lines([line for read in PEOPLE_FILES for line in read(data)], "file")
        except Invalid as problem:
            return problem

    def list_people(self, file_lines: list[str] | Invalid | None) -> list[str]:
        """Return the lines of the list or of the file, as `read_file` returned them. Raises Invalid."""
        if file_lines is None:
            return split_lines(self.text.data or "")
        if isinstance(file_lines, Invalid):
            raise file_lines
        if self.text.data:
            raise Invalid(_("Paste a list or choose a file, not both."), "file")
        return file_lines


class AttendeesForm(Form):
    """The people of a pasted list; "0" for a line that is skipped."""

    records = w.SelectMultipleField(_l("People"), coerce=int, validate_choice=False, choices=())
    attendance = of(ShowParticipant.attendance)
    text = w.HiddenField()

    @property
    def lines(self) -> list[str]:
        """The lines of the list, which the page shows again after an error."""
        return (self.text.data or "").splitlines()

    @property
    def chosen_ids(self) -> list[int]:
        """The chosen records, each once."""
        return list(dict.fromkeys(i for i in self.records.data or [] if i > 0))
