"""Forms of a follow-up, of putting it off, of giving it away, and of keeping in touch."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import wtforms as w
from flask import g, request
from wtforms import validators as v

from crm import calendars
from crm.core import clock, formats
from crm.core.choices import language_now
from crm.core.forms import DateField, Form, KnownYear, of
from crm.core.pick import PickField, UserField
from crm.core.words import _, _l
from crm.reference.queries import days_off

from . import policy
from .models import Cadence, FollowUp
from .words import Later

ABOUT = ("person", "organization", "project", "opportunity", "show")
SAME_DAYS = (Later.tomorrow, Later.next_workday, Later.next_week, Later.two_weeks)


class TimeField(w.TimeField):
    """A time of day, with an error that says how to write it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read `17:00`, and `17:00:00` as browsers with seconds send it."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            self.data = time.fromisoformat(valuelist[0].strip()).replace(second=0, microsecond=0, tzinfo=None)
        except ValueError:
            self.data = None
            raise ValueError(_("Write the time as hours and minutes, such as 17:00.")) from None


def later_choices() -> list[policy.LaterChoice]:
    """To when something can be put off, by the calendar of the actor's country."""
    actor = g.actor
    return policy.later_choices(clock.now(), actor.zone, actor.country, extra=days_off(actor.country))


def days_to_choose() -> list[policy.LaterChoice]:
    """The days of them that a form offers."""
    return [c for c in later_choices() if c.code in SAME_DAYS]


def day_off(day: date, *, kept: bool) -> str | None:
    """Why to ask about a day before it is taken: nobody here works then; None when it is fine, or `kept` all the same."""
    if kept:
        return None
    country = g.actor.country
    found = calendars.holiday_on(country, day, extra=days_off(country), locale=language_now())
    if found is None:
        return None
    return _("%(day)s is %(name)s. Choose another day, or keep it.", day=formats.day(day, weekday=True), name=found.name)


class FollowUpForm(Form):
    """A follow-up: what, by when, whose, about what."""

    title = of(FollowUp.title)
    side = of(FollowUp.side)
    due = w.RadioField(_l("Due"), validators=[v.Optional()], validate_choice=False)
    due_on = of(FollowUp.due_on, required=False, label=_l("On a day"))
    due_time = TimeField(_l("At, if it has a time"), [v.Optional()])
    zone = of(FollowUp.zone, required=False)
    keep_day = w.BooleanField(_l("Keep this day"))
    about = PickField(_l("About"), kinds=ABOUT, many=True)
    counselor_id = of(FollowUp.counselor_id)
    promised_by_id = PickField(_l("Promised by"), kinds=("person",))
    promised_to_id = PickField(_l("Promised to"), kinds=("person",))
    repeat = of(FollowUp.repeat)
    mail_alone = of(FollowUp.mail_alone)
    note = of(FollowUp.note)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.days = days_to_choose()
        self.due.choices = [(c.code.value, f"{c.label}, {formats.day(c.due, weekday=True)}") for c in self.days]
        if request.method == "GET" and self.edited is None and self.due.data is None and self.due_on.data is None:
            self.due.data = Later.next_workday.value if self._offers(Later.next_workday) else Later.tomorrow.value

    def _offers(self, code: Later) -> bool:
        return any(c.code is code for c in self.days)

    def validate(self, extra_validators: Any = None) -> bool:
        """A day must be said, one way or the other; one on which nobody works is asked about."""
        good = super().validate(extra_validators)
        if not self.due_on.errors:
            why = day_off(self.due_on.data, kept=self.keep_day.data) if self.due_on.data else None
            why = why or (None if self.chosen_day else _("Say by when: choose one of the days, or write one."))
            if why:
                self.due_on.errors = [why]
                return False
        return good

    @property
    def chosen_day(self) -> date | None:
        """The day written, or else the one chosen."""
        if self.due_on.data is not None:
            return self.due_on.data
        return next((c.due for c in self.days if c.code.value == self.due.data), None)  # type: ignore[return-value]

    def told(self) -> dict[str, Any]:
        """What services take."""
        made = {k: x for k, x in self.values().items() if k not in ("due", "due_on", "due_time", "keep_day")}
        day = self.chosen_day
        at = datetime.combine(day, self.due_time.data) if day and self.due_time.data else None
        return made | {"due_on": day, "due_wall": at}


class LaterForm(Form):
    """To when something is put off: one of the choices, or a day."""

    to = w.StringField(_l("Later"), [v.Optional()])
    due_on = DateField(_l("Day"), [v.Optional(), KnownYear()])

    @property
    def due(self) -> date | datetime | None:
        """The day or moment; None when nothing was chosen."""
        return self.due_on.data or next((c.due for c in later_choices() if c.code.value == self.to.data), None)


class GiveForm(Form):
    """To whom a follow-up goes."""

    counselor_id = UserField(_l("Give to"), [v.InputRequired(_l("Choose a colleague."))], blank=False)


class CadenceForm(Form):
    """How often to keep in touch."""

    tier = of(Cadence.tier)
    every_days = of(
        Cadence.every_days,
        validators=[v.Optional(), v.NumberRange(1, 3650, _l("Write days as a number, such as 30."))],
    )
