"""The log form of an interaction: kind, time, people, clients with minutes, items sent, follow-ups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import wtforms as w
from flask import g
from wtforms import validators as v

from crm import calendars
from crm.core import clock
from crm.core.data.together import run_together
from crm.core.forms.choice_sources import user_choices
from crm.core.forms.fields import CodeField, DateField, SupportedYear, TimeField, strip_text
from crm.core.forms.forms import Form, of, read_chosen
from crm.core.forms.params import is_number
from crm.core.forms.pickers import PickField
from crm.core.forms.row_lists import FieldList
from crm.core.hooks import BOOKINGS
from crm.core.words import _, _l
from crm.followups.day_check import check_while_choosing
from crm.followups.days import day_off
from crm.followups.enums import FollowUpState
from crm.followups.queries import FollowUpRow, load_follow_up_rows
from crm.followups.similar_rows import mark_similar
from crm.interactions.minutes_field import MinutesField
from crm.interactions.models import Interaction
from crm.interactions.policy import TIMED_TYPES, InteractionOutcome, InteractionState, InteractionType, end_of
from crm.interactions.prefill import client_row, read_choices, step_row
from crm.interactions.queries import load_staff_names
from crm.interactions.services import ClientMinutes, InteractionDetails, PartyValues
from crm.people.queries import list_workplaces

from .fields import NewPickField
from .next_steps import due_problem, list_values
from .rows import PARTIES, ClientSubform, FollowUpSubform, GroupSubform, SentItemSubform, has_content, share_minutes
from .sender import SenderSubform

MAX_ROWS = 12
NINE = time(9)
ABOUT = ("project", "opportunity", "show")
LOGGED_STATES = (InteractionState.held, InteractionState.planned, InteractionState.canceled)


class InteractionForm(Form):
    """An interaction, planned, held or canceled."""

    state = CodeField(_l("Status"), enum=InteractionState, only=LOGGED_STATES, default=InteractionState.held)
    # Empty after an open question of a sentence: it must be chosen then.
    type = of(Interaction.type, required=True, validators=[])
    reached = of(Interaction.reached, default=InteractionOutcome.talked)
    day = DateField(_l("Date"), [v.InputRequired(_l("Enter a date.")), SupportedYear()])
    time = TimeField(_l("Time"), [v.Optional()])
    zone = of(Interaction.zone, required=False)
    people = NewPickField(_l("People"), kinds=("person",), many=True)
    groups = FieldList(w.FormField(GroupSubform), _l("Other attendees"), min_entries=1, max_entries=MAX_ROWS)
    organizations = NewPickField(_l("Organizations (if no person is named)"), kinds=("organization",), many=True)
    staff = w.SelectMultipleField(_l("Our staff"), coerce=int)
    minutes = MinutesField(_l("Contact"))
    prep = MinutesField(_l("Preparation"))
    travel = MinutesField(_l("Travel"))
    clients = FieldList(
        w.FormField(ClientSubform),
        _l("Clients and minutes"),
        min_entries=1,
        max_entries=MAX_ROWS,
        description=_l("If you leave minutes blank, the total is split evenly among the clients."),
    )
    place = of(Interaction.place)
    subject = of(Interaction.subject, required=False, description=_l("Leave blank to use the type and the people."))
    notes = of(Interaction.notes)
    english_line = of(Interaction.english_line)
    about = PickField(_l("Related project, opportunity or show"), kinds=ABOUT, many=True)
    sent = FieldList(w.FormField(SentItemSubform), _l("Items sent"), min_entries=1, max_entries=MAX_ROWS)
    files = w.MultipleFileField(_l("Files"))
    follow_ups = FieldList(w.FormField(FollowUpSubform), _l("What next?"), min_entries=1, max_entries=MAX_ROWS)
    confirm_days = w.BooleanField(_l("Schedule anyway"))
    confirm_similar = w.BooleanField(_l("Save anyway"))
    closes = w.SelectMultipleField(
        _l("Closes these follow-ups"),
        coerce=int,
        description=_l("If there was no answer, these stay open and are due again in 2 working days."),
    )
    sentence = w.HiddenField(filters=[strip_text])
    sender = w.FormField(SenderSubform, _l("From the signature"))
    team_id = of(Interaction.team_id, description=_l("Required if no client belongs to a team."))

    def __init__(self, *args: Any, open_follow_ups: Sequence[FollowUpRow] = (), **kw: Any) -> None:
        super().__init__(*args, **kw)
        if self.edited is not None or not g.actor.is_above_teams:
            del self.team_id
        check_while_choosing(self.day, pickers=PARTIES, only_if=f"state={InteractionState.planned.value}")
        self.similar: list[FollowUpRow] = []
        self.clients.fresh, self.follow_ups.fresh = partial(client_row, g.actor), partial(step_row, g.actor)
        self.follow_ups.grows_by = "title"
        posted_ids = [int(x) for x in self.closes.raw_data or () if is_number(str(x))]
        posted, _records = run_together(partial(load_follow_up_rows, g.actor, posted_ids), partial(read_chosen, self))
        users = dict(user_choices(g.actor))
        if self.edited is not None and not users.keys() >= set(self.staff.object_data or ()):
            users |= load_staff_names(self.edited.id)
        self.staff.choices = [w.SelectChoice(i, name) for i, name in users.items()]
        self.offer_to_close([*open_follow_ups, *posted])
        if self.edited is not None and self.edited.state not in LOGGED_STATES:
            state = self.edited.state
            self.state.choices = [*self.state.choices, w.SelectChoice(state.value, state.label)]

    def process(self, formdata: Any = None, *args: Any, **kw: Any) -> None:
        """Set the data of the fields; whom they name and what they offer is read before, with one statement."""
        submitted = self.meta.wrap_formdata(self, formdata)
        pickers = (self.people, self.organizations, self.about) if submitted else ()
        for picker in pickers:
            picker.process(submitted)
        run_together(partial(read_choices, g.actor), partial(read_chosen, pickers))
        super().process(formdata, *args, **kw)

    def offer_to_close(self, follow_ups: Iterable[FollowUpRow]) -> None:
        """Offer to close the open ones among these follow-ups."""
        by_id = {t.id: t for t in follow_ups if t.state is FollowUpState.open and not t.is_archived}
        self.open_follow_ups = list(by_id.values())
        self.closes.choices = [w.SelectChoice(t.id, t.title) for t in self.open_follow_ups]

    def validate(self, extra_validators: Any = None) -> bool:
        """Require due dates, and a confirmation of days off and of follow-ups like open ones."""
        good = all((super().validate(extra_validators), *run_together(self.check_days, self.check_similar)))
        if self.state.data is InteractionState.planned and self.edited is None and self.time.data is None:
            self.time.errors = [*self.time.errors, _("Enter a time.")] if not self.time.errors else self.time.errors
            good = False
        if good and self.edited is None and not has_content(self):
            self.people.errors = [_("Choose a person or an organization, or enter a subject or notes.")]
            good = False
        if self.edited is not None and self.staff.object_data and not self.staff.data:
            self.staff.errors = [_("Choose at least one of our staff.")]
            good = False
        if not good:
            self.follow_ups.errors = [e for row in self.follow_ups if (e := row.form.errors)]
        return good

    def check_days(self, *, is_preview: bool = False) -> bool:
        """Set errors on dates that are days off, or missing unless it is a preview; return whether there are none."""
        good, places = True, list_workplaces([*self.people.ids, *self.organizations.ids])
        if self._is_newly_planned() and not self.confirm_days.data:
            why = day_off(g.actor, self.day.data, self.time.data, zone=self.zone.data, places=places)
            self.day.errors = [why] if why else self._list_bookings() or self.day.errors
            good = not self.day.errors
        for row in self.follow_ups:
            if is_preview and row.form.due_on.data is None:
                continue
            why = due_problem(row.form, places, is_confirmed=self.confirm_days.data)
            if why:
                row.form.due_on.errors = [why]
                good = False
        return good

    def check_similar(self) -> bool:
        """Set errors on unconfirmed follow-ups that seem to be open ones; return whether there are none."""
        if self.confirm_similar.data:
            return True
        clients = [row.form.client_id for row in self.clients]
        pickers = [self.people, self.organizations, *clients]
        pickers = pickers if any(picker.ids for picker in pickers) else [self.about]
        closing = set(self.closes.data or ()) - set(self.attempted_ids)
        rows = [row.form for row in self.follow_ups]
        about = ((record.kind, record.id) for picker in pickers for record in picker.records)
        self.similar = mark_similar(rows, about, uid=self.uid.data, closing=closing)
        return not self.similar

    @property
    def needs_day_confirmation(self) -> bool:
        """Whether the form shows the checkbox to confirm days off."""
        days = [row.form.due_on for row in self.follow_ups]
        days += [self.day] if self.state.data is InteractionState.planned else []
        return bool(self.confirm_days.data or any(day.data and day.errors for day in days))

    def _list_bookings(self) -> list[str]:
        """Return what else the people and staff have at the planned time, one sentence each."""
        if self.type.data not in TIMED_TYPES:
            return []
        starts_at = calendars.resolve_local(self.day.data, self.time.data or NINE, self.zone.data or g.actor.zone)
        ends_at = end_of(starts_at, self.minutes.data)
        staff = self.staff.data or [g.actor.id]
        return [text for list_of in BOOKINGS for text in list_of(g.actor, starts_at, ends_at, self.people.data, staff)]

    def _is_newly_planned(self) -> bool:
        """Whether it is planned for a date or time that differs from the stored one."""
        if self.state.data is not InteractionState.planned or self.day.errors or self.day.data is None:
            return False
        previous = self.edited.wall if self.edited is not None else None
        hour = self.time.data or (previous.time() if previous else NINE)
        return previous != datetime.combine(self.day.data, hour)

    @property
    def client_ids(self) -> list[int]:
        """Return the ids of the selected clients."""
        return [row.form.client_id.data for row in self.clients if row.form.client_id.data]

    @property
    def attempted_ids(self) -> list[int]:
        """Return the follow-ups that get an attempt instead of being closed, because nobody answered."""
        is_unanswered = self.state.data is InteractionState.held and self.reached.data is InteractionOutcome.no_answer
        return list(self.closes.data or ()) if is_unanswered else []

    def columns(self) -> dict[str, Any]:
        """Return the interaction's own columns for services."""
        names = ("state", "type", "reached", "place", "subject", "notes", "english_line", "minutes", "zone")
        values = {name: self[name].data for name in names}
        if "team_id" in self:
            values["team_id"] = self.team_id.data
        keeps_time = self.edited is not None and self.state.data is InteractionState.planned
        values["wall"] = datetime.combine(self.day.data, self.time.data or _assumed_time(self))
        values["time_known"] = self.time.data is not None or (keeps_time and self.edited.time_known)
        return values

    def to_details(self, new_ids: Sequence[int] = (), new_organization_ids: Sequence[int] = ()) -> InteractionDetails:
        """Return everything but the columns for services; the ids are people and organizations that were just added."""
        groups = [r.form for r in self.groups if r.form.label.data or r.form.count.data]
        parties = [PartyValues(person_id=i) for i in dict.fromkeys([*self.people.data, *new_ids])]
        parties += [PartyValues(label=c.label.data or str(_("people")), count=c.count.data or 1) for c in groups]
        parties += [PartyValues(organization_id=i) for i in (*self.organizations.data, *new_organization_ids)]
        return InteractionDetails(
            parties=parties,
            staff_ids=self.staff.data or None,
            clients=self._list_clients(),
            about=self.about.data,
            sent=[(r.form.kind.data, r.form.description.data) for r in self.sent if r.form.description.data],
            follow_ups=list(list_values(row.form for row in self.follow_ups)),
            closes=self.closes.data or [],
        )

    def _list_clients(self) -> list[ClientMinutes]:
        rows = list({r.form.client_id.data: r.form for r in self.clients if r.form.client_id.data}.values())
        totals = {"contact": self.minutes.data, "prep": self.prep.data, "travel": self.travel.data}
        is_planned = self.state.data is InteractionState.planned
        minutes = [dict.fromkeys(totals, 0)] * len(rows) if is_planned else share_minutes(rows, totals)
        interaction_type = self.type.data or InteractionType.meeting
        return [row.to_client(interaction_type, own) for row, own in zip(rows, minutes, strict=True)]


def _assumed_time(form: InteractionForm) -> time:
    """Return the time to sort by when none is entered: the stored one, now on the same day, else 9 AM."""
    if form.edited is not None:
        wall: datetime = form.edited.wall
        return wall.time()
    now = clock.now().astimezone(ZoneInfo(form.zone.data or g.actor.zone))
    is_now = form.state.data is InteractionState.held and form.day.data == now.date()
    return time(now.hour, now.minute) if is_now else NINE
