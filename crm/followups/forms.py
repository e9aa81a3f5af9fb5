"""Forms for a follow-up, for postponing and reassigning it, and for keeping in touch."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import wtforms as w
from flask import g, request
from wtforms import validators as v

from crm.core import clock
from crm.core.forms.fields import DateField, InRange, SupportedYear, TimeField
from crm.core.forms.forms import Form, of
from crm.core.forms.pickers import PickField
from crm.core.forms.staff_fields import UserField
from crm.core.i18n import formats
from crm.core.policy import can
from crm.core.words import _, _l
from crm.people.queries import list_workplaces

from .day_check import check_while_choosing
from .days import day_off, days_to_choose, later_choices
from .enums import LaterOption
from .models import Cadence, FollowUp
from .policy import FollowUpFacts, move_to_day
from .queries import FollowUpRow, find_similar

OTHER_DATE = "date"
"""The choice beside the preset days: the entered due date."""
NOT_STORED = ("due", "due_on", "due_time", "confirm_day", "confirm_similar")
ABOUT = ("person", "organization", "project", "opportunity", "show")
LINKED_ABOUT = ("need", "product", "representation", "milestone")
"""Kinds of records that a follow-up is about if it is added on their pages."""


class FollowUpForm(Form):
    """A follow-up: title, due date, counselor and the records it is about."""

    title = of(FollowUp.title)
    confirm_similar = w.BooleanField(_l("Save anyway"))
    side = of(FollowUp.side)
    due = w.RadioField(_l("Due"), validators=[v.Optional()], validate_choice=False)
    due_on = of(FollowUp.due_on, required=False, label=_l("Due date"), render_kw={"data-presets": "due"})
    due_time = TimeField(_l("Time (optional)"), [v.Optional()])
    zone = of(FollowUp.zone, required=False)
    confirm_day = w.BooleanField(_l("Schedule anyway"))
    about = PickField(_l("About"), kinds=ABOUT, linked=LINKED_ABOUT, many=True)
    counselor_id = of(FollowUp.counselor_id)
    team_id = of(FollowUp.team_id, description=_l("Required unless the follow-up is about a team's record."))
    promised_by_id = PickField(_l("Owed by"), kinds=("person",))
    promised_to_id = PickField(_l("Owed to"), kinds=("person",))
    repeat = of(FollowUp.repeat, blank=_l("Doesn't repeat"))
    mail_alone = of(FollowUp.mail_alone)
    note = of(FollowUp.note)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        if self.edited is not None and not can(g.actor, "followup:reassign", self.edited):
            del self.counselor_id
        if self.edited is not None or g.actor.first_team_id is not None or not g.actor.sees_all_teams:
            del self.team_id
        check_while_choosing(self.due_on, pickers=("about", "promised_by_id", "promised_to_id"))
        self.similar: list[FollowUpRow] = []
        self.days = days_to_choose(g.actor)
        self.due.choices = [(c.code.value, f"{c.label}, {formats.day(c.due, weekday=True)}") for c in self.days]
        self.due.choices.append((OTHER_DATE, _("Other date")))
        if self.due_on.data is not None:
            self.due.data = OTHER_DATE
        if request.method == "GET" and self.edited is None and self.due.data is None and self.due_on.data is None:
            self.due.data = (
                LaterOption.next_workday.value if self._offers(LaterOption.next_workday) else LaterOption.tomorrow.value
            )

    def _offers(self, code: LaterOption) -> bool:
        return any(c.code is code for c in self.days)

    def validate(self, extra_validators: Any = None) -> bool:
        """Require a due date, entered or chosen; ask to confirm one on which nobody works, and one like an open one."""
        good = super().validate(extra_validators)
        day = self.chosen_day
        if not self.due_on.errors:
            why = self._day_off(day) if day else _("Choose a day or enter a due date.")
            self.due_on.errors = [why] if why else []
        self.similar = self._list_similar(day) if day and self.title.data else []
        if self.similar and not self.title.errors:
            self.title.errors = [_("Use the open follow-up below, or save anyway.")]
        return good and not self.due_on.errors and not self.similar

    def _list_similar(self, day: date) -> list[FollowUpRow]:
        """Return open follow-ups that a new one seems to repeat; none once the user saves anyway."""
        if self.edited is not None or self.confirm_similar.data:
            return []
        about = frozenset((record.kind, record.id) for record in self.about.records)
        facts = FollowUpFacts(self.title.data, self.side.data, day, about)
        return find_similar(g.actor, [facts], clock.today(g.actor.zone), uid=self.uid.data)[0]

    def _day_off(self, day: date) -> str | None:
        """Return what is wrong with a day that was just chosen and isn't confirmed; None if nothing is."""
        row, time = self.edited, self.due_time.data
        is_unchanged = row is not None and (row.due_on, row.due_wall and row.due_wall.time()) == (day, time)
        if self.confirm_day.data or is_unchanged:
            return None
        fields = (self.about, self.promised_by_id, self.promised_to_id)
        places = list_workplaces([i for f in fields for i in f.ids])
        return day_off(g.actor, day, time, zone=self.zone.data, places=places)

    @property
    def chosen_day(self) -> date | None:
        """The entered due date, or else the chosen one."""
        if self.due_on.data is not None:
            return self.due_on.data
        return next((c.due for c in self.days if c.code.value == self.due.data), None)

    def to_values(self) -> dict[str, Any]:
        """Return the values for the services."""
        values = {k: x for k, x in self.values().items() if k not in NOT_STORED}
        day = self.chosen_day
        due_wall = datetime.combine(day, self.due_time.data) if day and self.due_time.data else None
        return values | {"due_on": day, "due_wall": due_wall}


class LaterForm(Form):
    """The new due date: one of the choices, or another date."""

    to = w.StringField(_l("Later"), [v.Optional()])
    due_on = DateField(_l("Date"), [v.Optional(), SupportedYear()])
    confirm_day = w.BooleanField(_l("Schedule anyway"))

    def __init__(self, *args: Any, row: FollowUp, about: Collection[int] = (), **kw: Any) -> None:
        """Create the form; `about` are the people and organizations whose days off are checked."""
        self.row, self.about_ids = row, about
        super().__init__(*args, **kw)
        check_while_choosing(self.due_on, about=about)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask to confirm a day on which nobody works; the chosen day then stands in the date field."""
        good = super().validate(extra_validators)
        day = self.due
        if not good or day is None or isinstance(day, datetime) or self.confirm_day.data:
            return good
        row = self.row
        local = move_to_day(row.due_wall, row.zone, day, g.actor.zone).date() if row.due_wall else day
        why = day_off(g.actor, local, places=list_workplaces(self.about_ids))
        if why:
            self.due_on.data, self.due_on.raw_data, self.due_on.errors = day, None, [why]
        return not why

    @property
    def due(self) -> date | datetime | None:
        """The date or moment; None when nothing was chosen."""
        return self.due_on.data or next((c.due for c in later_choices(g.actor) if c.code.value == self.to.data), None)


class ReassignForm(Form):
    """The user who gets a reassigned follow-up."""

    counselor_id = UserField(_l("New counselor"), [v.InputRequired(_l("Choose a colleague."))], blank=False)


class CadenceForm(Form):
    """How often to keep in touch."""

    tier = of(Cadence.tier)
    every_days = of(
        Cadence.every_days,
        validators=[v.Optional(), InRange(1, 3650, _l("Enter a number of days from 1 to 3650."))],
    )
