"""Forms of a show, of participants, and of a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

import wtforms as w
from flask import g
from wtforms import validators as v

from crm.calendars import Workplace, country_of_zone
from crm.core.forms.amounts import require_currency
from crm.core.forms.choice_sources import user_choices
from crm.core.forms.fields import CodeField, DateField, SupportedYear, TimeField, strip_text
from crm.core.forms.forms import Form, of
from crm.core.forms.pickers import PickField
from crm.core.forms.staff_fields import UserField
from crm.core.words import _, _l
from crm.followups.day_check import check_while_choosing
from crm.followups.days import day_off, describe_day
from crm.followups.queries import FollowUpRow
from crm.followups.similar_rows import mark_similar
from crm.interactions.minutes_field import MinutesField
from crm.interactions.models import Interaction
from crm.people.queries import list_workplaces
from crm.reference.cities import fill_country
from crm.reference.funder_field import FunderField

from .models import Show, ShowMeeting, ShowParticipant
from .policy import MeetingState
from .queries import MeetingRow, staff_of

MAX_TEXT = _l("Enter at most %(max)d characters.")


class ShowForm(Form):
    """A show: name and dates are enough."""

    name = of(Show.name, required=False)
    native_name = of(Show.native_name)
    type = of(Show.type)
    starts_on = of(Show.starts_on)
    ends_on = of(
        Show.ends_on,
        required=False,
        description=_l("Leave blank for a one-day show."),
        render_kw={"data-not-before": "starts_on"},
    )
    country = of(Show.country)
    city = of(Show.city)
    zone = of(Show.zone, description=_l("All show times use this time zone. Leave it unchanged to use the country's."))
    venue = of(Show.venue)
    halls = of(Show.halls)
    organizer_id = PickField(_l("Organizer"), kinds=("organization",), makers=("organization.show_organizer",))
    cost = of(Show.cost)
    currency = of(Show.currency)
    staff_days = of(Show.staff_days)
    funder_id = FunderField(description=_l("Attendees of a workshop or webinar count toward this funder's goals."))
    note = of(Show.note)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        if g.actor.hides_money:
            del self.cost, self.currency, self.funder_id

    def validate(self, extra_validators: Any = None) -> bool:
        """Take the first day as the last one, and the country of a known city, if those were left blank.

        Require the currency of a new cost.
        """
        fill_country(self)
        if self.ends_on.data is None and not self.ends_on.process_errors:
            self.ends_on.data = self.starts_on.data
        good: bool = super().validate(extra_validators)
        return (self.cost is None or require_currency(self, self.cost, self.currency)) and good


class ParticipantForm(Form):
    record_id = PickField(
        _l("Client or person"), kinds=("organization", "person"), makers=("organization.client", "person")
    )
    user_id = UserField(_l("Or staff member"))
    going_as = of(ShowParticipant.going_as)
    booth = of(ShowParticipant.booth)
    attendance = of(ShowParticipant.attendance)


class NewParticipantForm(ParticipantForm):
    """New participants, several with the same role at once."""

    record_id = PickField(
        _l("Clients or people"), kinds=("organization", "person"), many=True, makers=("organization.client", "person")
    )


def describe_meeting_day(show: Show, day: date, hour: time | None, workplaces: Sequence[Workplace]) -> str | None:
    """Return what is wrong with a day or time at a show: a holiday or the night there, a holiday of the people met.

    Shows are open on weekends, and everybody is on the show's clock.
    """
    countries = {country_of_zone(show.zone): 1} | {c: 1 for place in workplaces for c in place.countries}
    place = Workplace(show.zone, tuple(c for c in countries if c))
    return describe_day(day, hour, show.zone, [place], home=None, weekends=False)


class MeetingForm(Form):
    """A meeting on one of the show's days, in the show's time zone."""

    day = DateField(_l("Date"), [v.InputRequired(_l("This field is required."))])
    time = TimeField(_l("Local time"), [v.InputRequired(_l("This field is required."))])
    minutes = of(ShowMeeting.minutes, required=True, field_class=MinutesField)
    table = of(ShowMeeting.table)
    state = of(ShowMeeting.state)
    client_id = PickField(_l("Client"), kinds=("organization",), makers=("organization.client",))
    host_id = PickField(_l("Organization to meet"), kinds=("organization",))
    people = PickField(_l("People from both sides"), kinds=("person",), many=True)
    staff = w.SelectMultipleField(_l("Our staff"), coerce=int)
    interpreter = of(ShowMeeting.interpreter)
    note = of(ShowMeeting.note)
    confirm_clash = w.BooleanField(_l("Schedule anyway"))

    def __init__(self, *args: Any, show: Show, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.show = show
        self.day.render_kw = {"min": show.starts_on.isoformat(), "max": show.ends_on.isoformat()}
        check_while_choosing(self.day, pickers=("people", "host_id"), endpoint="shows.check_day", id=show.id)
        users = dict(user_choices(g.actor))
        if self.edited is not None:
            # Colleagues who were deactivated since were there all the same.
            users |= {member.id: member.label for member in staff_of([self.edited.id])[self.edited.id]}
        self.staff.choices = [w.SelectChoice(i, name) for i, name in users.items()]

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask to confirm a holiday at the show or of the people met, or a time in the night there."""
        good = super().validate(extra_validators)
        if good and not self.confirm_clash.data and self._is_new_time():
            workplaces = list_workplaces([*self.people.ids, *self.host_id.ids])
            why = describe_meeting_day(self.show, self.day.data, self.time.data, workplaces)
            self.confirm_clash.errors = [why] if why else []
        return good and not self.confirm_clash.errors

    def _is_new_time(self) -> bool:
        day, time = self.day.data, self.time.data
        return self.edited is None or (self.edited.wall.date(), self.edited.wall.time()) != (day, time)


class MeetingNoteForm(Form):
    note = of(ShowMeeting.note)


class MeetingLogForm(Form):
    """What a meeting came to, short enough for one screen of a phone."""

    notes = of(Interaction.notes, label=_l("What was discussed?"))
    minutes = of(ShowMeeting.minutes, required=True, field_class=MinutesField)
    title = w.StringField(_l("Next step"), [v.Length(max=200, message=MAX_TEXT)], filters=[strip_text])
    due_on = DateField(_l("Due date"), [v.Optional(), SupportedYear()])
    files = w.MultipleFileField(_l("Files"))
    confirm_days = w.BooleanField(_l("Schedule anyway"))
    confirm_similar = w.BooleanField(_l("Save anyway"))

    def __init__(self, *args: Any, meeting: MeetingRow, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.similar: list[FollowUpRow] = []
        self.people_ids = [person.id for person in meeting.people]
        organizations = [row.id for row in (meeting.client, meeting.host) if row is not None]
        self.about = [*(("person", i) for i in self.people_ids), *(("organization", i) for i in organizations)]
        check_while_choosing(self.due_on, about=self.people_ids)

    def validate(self, extra_validators: Any = None) -> bool:
        """Require a due date for a next step, and a confirmation of days off and of a step like an open one."""
        good = super().validate(extra_validators)
        if not good or not self.title.data:
            return good
        why = _("Enter a due date.") if self.due_on.data is None else None
        if self.due_on.data and not self.confirm_days.data:
            why = day_off(g.actor, self.due_on.data, places=list_workplaces(self.people_ids))
        self.due_on.errors = [why] if why else []
        if not self.confirm_similar.data:
            self.similar = mark_similar([self], self.about, uid=self.uid.data)
        return why is None and not self.similar


class MeetingStateForm(Form):
    state = CodeField(_l("Status"), enum=MeetingState)
