"""The form that adds what a session lacks to count."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import wtforms as w
from flask import g, request
from wtforms import validators as v

from crm.core.forms.choices import CodeChoice
from crm.core.forms.fields import DateField, InRange, IntegerField, SupportedYear
from crm.core.forms.forms import Form, of
from crm.core.forms.params import is_number
from crm.core.words import _, _l
from crm.funding.policy.counting import Reason
from crm.funding.queries.rules import list_active_funders
from crm.funding.queries.sessions import ClientSession
from crm.interactions.counting import RequiredFact, UncountedReason
from crm.interactions.minutes_field import MinutesField
from crm.interactions.models import Interaction, InteractionClient
from crm.organizations.models import Client, DatedFact, Organization
from crm.reference.funder_field import name_funder

NAICS_DIGITS = 6
NOT_NEGATIVE = InRange(0, 2**31 - 1, _l("Enter a number of at least 0."))
FIELDS: dict[Reason, tuple[str, ...]] = {
    UncountedReason.not_reached: ("reached",),
    UncountedReason.no_time: ("contact", "prep"),
    UncountedReason.update_only: ("session_type",),
    UncountedReason.not_substantive: ("countable",),
    RequiredFact.agreement: ("agreement_on",),
    RequiredFact.county_or_zip: ("county", "postal_code"),
    RequiredFact.legal_form: ("legal_form",),
    RequiredFact.founded: ("founded_on",),
    RequiredFact.staff: ("staff", "figures_on", "source"),
    RequiredFact.sales: ("sales", "currency", "figures_on", "source"),
    RequiredFact.funder: ("funder_id",),
    RequiredFact.naics: ("naics",),
    RequiredFact.english_line: ("english_line",),
}
"""The fields that remedy a reason. A planned interaction is marked as held on its own page."""
OF_SESSION = (RequiredFact.funder, RequiredFact.english_line)
CLIENT_FIELDS = {name for reason in RequiredFact if reason not in OF_SESSION for name in FIELDS[reason]}


class SessionFactsForm(Form):
    """The facts that a session lacks; each may be left blank. Fields without a reason are left out."""

    contact = MinutesField(_l("Contact minutes"))
    prep = MinutesField(_l("Preparation minutes"))
    reached = of(Interaction.reached)
    session_type = of(InteractionClient.session_type)
    countable = of(InteractionClient.countable)
    funder_id = CodeChoice(_l("Funder"), load=list_active_funders, blank=True, number=True, write=name_funder)
    english_line = of(Interaction.english_line)
    agreement_on = DateField(
        _l("Agreement signed on"),
        [v.Optional(), SupportedYear()],
        description=_l("Only if the signed agreement is on file."),
    )
    county = of(Client.county)
    postal_code = of(Organization.postal_code)
    legal_form = of(Client.legal_form)
    founded_on = of(Client.founded_on)
    naics = of(Client.naics)
    staff = IntegerField(_l("Staff"), [v.Optional(), NOT_NEGATIVE])
    sales = of(DatedFact.number, label=_l("Sales per year"))
    currency = of(DatedFact.currency, default="USD")
    figures_on = DateField(
        _l("Figures as of"),
        [v.Optional(), SupportedYear()],
        description=_l("The session counts if the figures are from its date or earlier."),
    )
    source = of(DatedFact.source, required=False, label=_l("Source of the figures"))

    def __init__(self, *args: Any, session: ClientSession, **kw: Any) -> None:
        super().__init__(*args, figures_on=session.held_on, countable=session.countable, **kw)
        needed = fields_for(session.reasons)
        for name in {name for names in FIELDS.values() for name in names}:
            if name not in needed and name not in request.form:
                del self[name]
        if g.actor.hides_money:
            for name in {"funder_id", "sales", "currency"} & set(self._fields):
                del self[name]

    def validate_sales(self, field: w.Field) -> None:
        """Refuse a negative figure, as the form of figures does."""
        if field.data is not None and not field.errors and field.data < 0:
            raise v.ValidationError(_("Enter a number of at least %(min)s.", min=0))

    def validate_naics(self, field: w.Field) -> None:
        """Refuse other than six digits."""
        if field.data and not (is_number(field.data) and len(field.data) == NAICS_DIGITS):
            raise v.ValidationError(_("Enter six digits, such as 332911."))

    @property
    def field_names(self) -> list[str]:
        """The names of the visible fields, in order."""
        offered = {name for names in FIELDS.values() for name in names}
        return [name for name in self._fields if name in offered]

    @property
    def changes_client(self) -> bool:
        """Whether a visible field is a fact of the client, which other sessions use, too."""
        return not CLIENT_FIELDS.isdisjoint(self.field_names)


def fields_for(reasons: Collection[Reason]) -> set[str]:
    """Return the names of the fields that remedy these reasons."""
    return {name for reason in reasons for name in FIELDS.get(reason, ())}
