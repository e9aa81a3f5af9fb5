"""Forms for actions on any record."""

from __future__ import annotations

from typing import Any

import wtforms as w
from flask import g
from wtforms import validators as v

from crm.core.data.record import Record
from crm.core.forms.choice_sources import user_choices
from crm.core.forms.fields import strip_text
from crm.core.forms.forms import Form, of
from crm.core.words import _l


class ArchiveForm(Form):
    """The reason for archiving a record."""

    why = w.StringField(_l("Reason"), [v.DataRequired(_l("Enter a reason.")), v.Length(max=300)], filters=[strip_text])


class FilesForm(Form):
    files = w.MultipleFileField(_l("Files"))


class CounselorForm(Form):
    counselor_id = of(Record.counselor_id)


class ConfidentialityForm(Form):
    """Whether a record is confidential, and its readers."""

    confidential = of(Record.confidential)
    readers = w.SelectMultipleField(_l("Readers"), coerce=int)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.readers.choices = [w.SelectChoice(i, n) for i, n in user_choices(g.actor)]
        if kw["obj"].without_managers:
            self.confidential.description = _l(
                "Visible only to the counselor and named readers, because it is about confidential records of "
                "several teams."
            )
