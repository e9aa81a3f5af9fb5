"""One form for an inquiry: organization, person, interaction and follow-up."""

from __future__ import annotations

from datetime import date
from typing import Any

import wtforms as w
from flask import g
from wtforms import validators as v

from crm.core.data.receipts import find_saved_url
from crm.core.forms.fields import CodeField, DateField, SupportedYear, check_email, strip_text
from crm.core.forms.forms import Form, of
from crm.core.forms.similar import SimilarField
from crm.core.words import LabeledEnum, _, _l, _p
from crm.followups.day_check import check_while_choosing
from crm.followups.days import day_off
from crm.followups.models import FollowUp
from crm.followups.queries import FollowUpRow
from crm.followups.similar_rows import mark_similar
from crm.interactions.minutes_field import MinutesField
from crm.interactions.services.inquiries import split_contacts
from crm.interactions.services.new_people import name_parts
from crm.organizations.models import Client, Organization
from crm.people.queries import list_workplaces

from .fields import NewPickField


class InquiryChannel(LabeledEnum):
    """How an inquiry was received."""

    call = "call", _l("Call")
    email = "email", _p("message", "Email")
    visit = "visit", _l("Walk-in")
    meeting = "meeting", _l("Seminar or show")
    introduction = "introduction", _l("Referral")


CHANNEL_ICONS = {"call": "phone", "email": "mail", "visit": "visit", "meeting": "show", "introduction": "handover"}


class InquiryForm(Form):
    """An inquiry; only the name is required."""

    name = w.StringField(
        _l("Name"),
        [
            v.DataRequired(_l("Enter a name.")),
            v.Length(max=160, message=_l("Enter at most %(max)d characters.")),
        ],
        filters=[strip_text],
    )
    contact_text = w.StringField(
        _l("Phone or email"),
        [v.Length(max=254, message=_l("Enter at most %(max)d characters."))],
        filters=[strip_text],
    )
    organization = NewPickField(
        _l("Organization"), kinds=("organization",), makers=("organization.client",), freely=True
    )
    wish = of(Client.wish, label=_l("What do they need?"))
    channel = CodeField(_l("Source"), enum=InquiryChannel, default=InquiryChannel.call)
    minutes = MinutesField(_l("Minutes"))
    title = of(FollowUp.title, required=False, label=_l("Next step"))
    due_on = DateField(_l("Due"), [v.Optional(), SupportedYear()])
    same_person = SimilarField(_l("Existing person"), similar_kind="person")
    same_organization = SimilarField(_l("Existing organization"), similar_kind="organization")
    confirm_day = w.BooleanField(_l("Schedule anyway"))
    confirm_similar = w.BooleanField(_l("Save anyway"))
    counselor_id = of(FollowUp.counselor_id)
    team_id = of(Organization.team_id)
    county = of(Client.county)
    postal_code = of(Organization.postal_code)
    legal_form = of(Client.legal_form)
    founded_on = of(Client.founded_on)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        check_while_choosing(self.due_on, pickers=("organization",))
        self.similar: list[FollowUpRow] = []
        if not g.actor.is_above_teams:
            del self.team_id

    @property
    def interaction_type(self) -> str:
        """Return the channel as a code of InteractionType."""
        channel: InquiryChannel = self.channel.data or InquiryChannel.call  # type: ignore[assignment]
        return str(channel.value)

    def validate_contact_text(self, field: w.Field) -> None:
        """Require one valid email address if the text contains an @, beside it only a phone number."""
        emails, phone = split_contacts(field.data or "")
        if len(emails) > 1 or (emails and phone and not any(map(str.isdigit, phone))):
            raise v.ValidationError(_("Enter a phone number, an email address or both. Add more on the person's page."))
        for email in emails:
            check_email(email)

    def validate(self, extra_validators: Any = None) -> bool:
        """Require a choice among likely duplicates, and a due date for a next step.

        A day off and a step like an open one take a confirmation.
        """
        good = super().validate(extra_validators) and not self._is_choice_missing()
        if not self.title.data or self.due_on.errors:
            return good
        day = self.due_on.data
        why = self._day_off(day) if day else _("Enter a due date.")
        self.due_on.errors = [why] if why else []
        if not self.confirm_similar.data:
            about = [(record.kind, record.id) for record in self.organization.records]
            self.similar = mark_similar([self], about, uid=self.uid.data)
        return good and not why and not self.similar

    def compare_existing(self) -> None:
        """Find the people and organizations like those that the form is about to create."""
        picker = self.organization
        new_names = [text for text in picker.adding or picker.checked if text not in picker.confirmed]
        self.same_organization.compare({"name": new_names[0]} if new_names else None)
        emails, phone = split_contacts(self.contact_text.data or "")
        points = {"emails": emails, "phones": [phone]}
        organization = {"organization_id": self.organization_id, "country": g.actor.country}
        self.same_person.compare(name_parts(self.name.data) | points | organization if self.name.data else None)

    def _is_choice_missing(self) -> bool:
        """Ask whether the person and the organization are existing ones, but not about those saved by this form."""
        if find_saved_url(self.uid.data, g.actor.id):
            return False
        self.compare_existing()
        # Both are asked at once.
        return any([self.same_organization.require_choice(), self.same_person.require_choice()])

    @property
    def organization_id(self) -> int | None:
        """The existing organization, if one was chosen."""
        return self.same_organization.chosen_id or next(iter(self.organization.ids), None)

    @property
    def new_organizations(self) -> list[str]:
        """The name of the organization to create, if any."""
        return [] if self.organization_id else self.organization.adding

    def values(self) -> dict[str, Any]:
        """Return the values, with the chosen existing records as `person_id` and `organization`."""
        values = super().values()
        del values["same_person"], values["same_organization"]
        chosen = {"person_id": self.same_person.chosen_id, "organization": self.organization_id}
        return values | chosen | {"interaction_type": self.interaction_type}

    def _day_off(self, day: date) -> str | None:
        """Return what is wrong with a day that isn't confirmed; None if nothing is."""
        places = list_workplaces(self.organization.ids)
        return None if self.confirm_day.data else day_off(g.actor, day, places=places)
