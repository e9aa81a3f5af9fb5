"""Short forms: quick log, pasted email, rescheduling."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import wtforms as w
from flask import g
from wtforms import validators as v

from crm.core.forms.fields import DateField, SupportedYear, TimeField, strip_text
from crm.core.forms.forms import Form, of
from crm.core.words import _l
from crm.followups.day_check import check_while_choosing
from crm.followups.days import day_off
from crm.interactions.models import Interaction
from crm.people.queries import list_workplaces

MAX_EMAIL_CHARS = 200_000


class SentenceForm(Form):
    """A sentence, and the record on whose page it was typed."""

    sentence = w.TextAreaField(
        _l("Quick log"),
        [
            v.DataRequired(_l("Describe what happened.")),
            v.Length(max=2000, message=_l("Enter at most %(max)d characters.")),
        ],
        filters=[strip_text],
        description=_l("One sentence in English or Chinese is enough. Nothing is saved until you confirm."),
    )
    record = w.HiddenField()
    # Answers to uncertain chips (`SentenceChip.answer`).
    answer = w.SelectMultipleField(validate_choice=False)


class PasteForm(Form):
    """An email as text."""

    mail = w.TextAreaField(
        _l("Email text"),
        [
            v.DataRequired(_l("Paste an email.")),
            v.Length(max=MAX_EMAIL_CHARS, message=_l("Enter at most %(max)d characters.")),
        ],
        description=_l("Include the From, Date and Subject lines, in English or Chinese. Quoted replies are left out."),
        render_kw={"rows": 14, "class": "tall"},
    )


class RescheduleForm(Form):
    """The new time of a planned interaction."""

    day = DateField(_l("Date"), [v.InputRequired(_l("Enter a date.")), SupportedYear()])
    time = TimeField(_l("Time"), [v.InputRequired(_l("Enter a time."))])
    zone = of(Interaction.zone, required=False)
    confirm_day = w.BooleanField(_l("Schedule anyway"))

    def __init__(self, *args: Any, parties: Collection[int] = (), **kw: Any) -> None:
        """Create the form; `parties` are the people and organizations whose days off are checked."""
        self.party_ids = parties
        super().__init__(*args, **kw)
        check_while_choosing(self.day, about=parties)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask to confirm a day or time at which nobody works."""
        good = super().validate(extra_validators)
        if good and self.day.data and not self.confirm_day.data:
            places = list_workplaces(self.party_ids)
            why = day_off(g.actor, self.day.data, self.time.data, zone=self.zone.data, places=places)
            self.day.errors = [why] if why else []
        return good and not self.day.errors
