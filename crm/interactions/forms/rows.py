"""Repeated rows of the log form: attendees without a record, clients, items sent, follow-ups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import g
from werkzeug.datastructures import FileStorage
from wtforms import validators as v

from crm.core.forms.fields import DateField, InRange, IntegerField, SupportedYear, TimeField
from crm.core.forms.forms import Subform, of
from crm.core.forms.pickers import PickField
from crm.core.words import _l
from crm.followups.day_check import check_while_choosing
from crm.followups.models import FollowUp
from crm.interactions.minutes_field import MinutesField
from crm.interactions.models import InteractionClient, InteractionParty, InteractionSent
from crm.interactions.policy import InteractionType, default_session_type, split_minutes
from crm.interactions.services import ClientMinutes
from crm.reference.funder_field import FunderField

PARTIES = ("people", "organizations")
"""The pickers of the log form whose days off and nights are checked."""


class GroupSubform(Subform):
    """Attendees without a record of their own."""

    count = IntegerField(_l("Number of people"), [v.Optional(), InRange(1, 999, _l("Enter a number from 1 to 999."))])
    label = of(InteractionParty.label, required=False, description=_l("For example, engineers."))


class ClientSubform(Subform):
    """A client and the minutes spent for it."""

    client_id = PickField(_l("Client"), kinds=("organization",), makers=("organization.client",))
    contact = MinutesField(_l("Contact"))
    prep = MinutesField(_l("Preparation"))
    travel = MinutesField(_l("Travel"))
    funder_id = FunderField()
    session_type = of(InteractionClient.session_type)
    countable = of(InteractionClient.countable, description="")

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        if g.actor.hides_money:
            del self.funder_id

    def to_client(self, interaction_type: InteractionType, minutes: Mapping[str, int]) -> ClientMinutes:
        """Return the client for services, with these minutes of contact, preparation and travel."""
        return ClientMinutes(
            self.client_id.data,
            funder_id=self.funder_id.data if "funder_id" in self else None,
            session_type=self.session_type.data or default_session_type(interaction_type),
            countable=self.countable.data,
            **minutes,
        )


def share_minutes(rows: Sequence[ClientSubform], totals: Mapping[str, int | None]) -> list[dict[str, int]]:
    """Return the minutes of each client: its own, else its share of the total."""
    minutes: list[dict[str, int]] = [{} for _row in rows]
    for name, total in totals.items():
        empty = sum(row[name].data is None for row in rows)
        shares = iter(split_minutes(total or 0, empty) if empty else ())
        for row, own in zip(rows, minutes, strict=True):
            own[name] = next(shares) if row[name].data is None else row[name].data
    return minutes


class SentItemSubform(Subform):
    """An item handed over or sent."""

    kind = of(InteractionSent.kind)
    description = of(InteractionSent.description, required=False)


class FollowUpSubform(Subform):
    title = of(FollowUp.title, required=False)
    side = of(FollowUp.side)
    due_on = DateField(_l("Due"), [v.Optional(), SupportedYear()])
    due_time = TimeField(_l("Time"), [v.Optional()])
    counselor_id = of(FollowUp.counselor_id)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        check_while_choosing(self.due_on, pickers=PARTIES)


def has_content(form: Any) -> bool:
    """Return whether a valid log form names someone or something, or has words: without any it says nothing."""
    details = form.to_details()
    rows = (details.parties, details.clients, details.about, details.sent, details.follow_ups, details.closes)
    words = [field.data for field in (form.subject, form.notes, form.english_line, form.place)]
    files = [file for file in form.files.data or () if isinstance(file, FileStorage) and file.filename]
    return any((*rows, *words, files, form.people.adding, form.organizations.adding))
