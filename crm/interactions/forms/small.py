"""Small forms: a sentence to read, a mail to paste, a plan to move."""

from __future__ import annotations

import wtforms as w
from wtforms import validators as v

from crm.core.forms.fields import DateField, KnownYear, TimeField, stripped
from crm.core.forms.forms import Form, of
from crm.core.words import _l
from crm.interactions.models import Interaction

LONGEST_MAIL = 200_000


class SayForm(Form):
    """One sentence, and the record on whose page it was written."""

    say = w.TextAreaField(
        _l("In one sentence"),
        [
            v.DataRequired(_l("Say what happened.")),
            v.Length(max=2000, message=_l("Write at most %(max)d characters.")),
        ],
        filters=[stripped],
        description=_l("We read it into the fields below. Nothing is saved until you say so."),
    )
    record = w.HiddenField()
    # What was answered to the questions the sentence left open (Chip.answer).
    answer = w.SelectMultipleField(validate_choice=False)


class PasteForm(Form):
    """A mail as text."""

    mail = w.TextAreaField(
        _l("The mail, with its From, Date and Subject"),
        [
            v.DataRequired(_l("Paste a mail.")),
            v.Length(max=LONGEST_MAIL, message=_l("Write at most %(max)d characters.")),
        ],
        description=_l("From, Date and Subject are read in English and Chinese; what is quoted below it stays out."),
        render_kw={"rows": 14},
    )


class MoveForm(Form):
    """To when a plan moves."""

    day = DateField(_l("Day"), [v.InputRequired(_l("Say when.")), KnownYear()])
    time = TimeField(_l("Time"), [v.Optional()])
    zone = of(Interaction.zone, required=False)
