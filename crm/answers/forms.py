"""The form of an answer; each button of the page submits a part of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import wtforms as w
from flask import g, request
from wtforms import validators as v

from crm import calendars
from crm.core import clock
from crm.core.errors import Invalid
from crm.core.forms.fields import DateField, SupportedYear, strip_text
from crm.core.forms.forms import Form
from crm.core.i18n import formats
from crm.core.words import _, _l
from crm.followups.days import day_off, later_choices
from crm.followups.policy import no_answer_due
from crm.interactions.minutes_field import MinutesField
from crm.people.queries import list_workplaces
from crm.reference.queries import days_off

from .policy import MAX_NOTE_CHARS, AnswerAction, AnswerItem, AnswerValues, may_answer
from .queries import list_colleagues

OTHER_DATE = "date"


class ReminderAnswerForm(Form):
    """The answer to one item."""

    do = w.StringField(_l("Answer"), [v.Optional()])
    note = w.TextAreaField(
        _l("Result"), [v.Optional(), v.Length(max=MAX_NOTE_CHARS)], filters=[strip_text], description=_l("Optional")
    )
    to = w.RadioField(_l("Due"), validators=[v.Optional()], validate_choice=False)
    due_on = DateField(_l("Other date"), [v.Optional(), SupportedYear()])
    confirm_day = w.BooleanField(_l("Schedule anyway"))
    counselor_id = w.SelectField(_l("New counselor"), [v.Optional()], coerce=int, validate_choice=False)
    minutes = MinutesField(_l("Minutes"))

    def __init__(self, item: AnswerItem | None = None, **kw: Any) -> None:
        """Create the form of an item; without one that of a digest, which has buttons only."""
        super().__init__(**kw)
        self.item = item
        self.uid.data = None
        self.choices = later_choices(g.actor) if item else []
        self.to.choices = [(c.code.value, f"{c.label}: {self.describe(c.due)}") for c in self.choices]
        self.to.choices.append((OTHER_DATE, _("Other date")))
        if request.method == "GET":
            self.to.data = self.choices[0].code.value if self.choices else None
        may_reassign = item is not None and item.kind == "followup" and item.is_own and not item.confidential
        colleagues = list_colleagues(g.actor, item.id) if item and may_reassign else []
        self.counselor_id.choices = [(i, name) for i, name, _email in colleagues]
        if colleagues:
            self.counselor_id.choices.insert(0, (0, _("Choose a colleague")))

    @property
    def action(self) -> AnswerAction | None:
        """The chosen answer, or the one that the link names; None for another text."""
        text = self.do.data or request.args.get("do", "")
        return next((action for action in AnswerAction if action.value == text), None)

    def describe(self, due: date | datetime) -> str:
        """Return a new due date in words; an item with a time keeps it, and has both clocks."""
        item = self.item
        if isinstance(due, datetime):
            return f"{formats.moment(due)} {formats.their_clock(due, item.their_zone if item else None)}".strip()
        if item is None or item.due_at is None:
            return formats.day(due, weekday=True)
        wall = item.due_at.astimezone(ZoneInfo(item.zone))
        moment = calendars.resolve_local(due, wall.time(), item.zone)
        return f"{formats.moment(moment)} {formats.their_clock(moment, item.their_zone, item.zone)}".strip()

    @property
    def first_day(self) -> str:
        """The first day that can be chosen: the reader's today."""
        return clock.today(g.actor.zone).isoformat()

    @property
    def next_try(self) -> str:
        """The day of the next attempt after nobody answered, in words."""
        today = clock.today(g.actor.zone)
        return self.describe(no_answer_due(today, g.actor.country, extra=days_off(g.actor.country)))

    def to_values(self) -> AnswerValues:
        """Return the answer. Raises Invalid."""
        action = self.action
        if action is None or self.item is None or not may_answer(self.item.kind, action):
            raise Invalid(_("Choose one of the answers shown."))
        due = self._chosen_due() if action is AnswerAction.later else None
        counselor_id = self.counselor_id.data if action is AnswerAction.reassign else None
        if action is AnswerAction.reassign and not (counselor_id and counselor_id in dict(self.counselor_id.choices)):
            raise Invalid(_("Choose a colleague."), "counselor_id")
        return AnswerValues(action, due, counselor_id, self.minutes.data, self.note.data or "")

    def _chosen_due(self) -> date | datetime:
        """Return the entered date, else the chosen one.

        Raises Invalid without one, or for a day on which nobody works, until confirmed.
        """
        preset = next((c.due for c in self.choices if c.code.value == self.to.data), None)
        due = self.due_on.data or preset
        if due is None:
            raise Invalid(_("Choose a date."), "due_on")
        if isinstance(due, datetime) or self.confirm_day.data or self.item is None:
            return due
        why = day_off(g.actor, due, places=list_workplaces(self.item.about_ids))
        if why:
            self.due_on.data, self.due_on.raw_data, self.to.data = due, None, OTHER_DATE
            raise Invalid(why, "due_on")
        return due
