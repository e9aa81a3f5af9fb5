"""The form of a whole lead: the project with its source, its parties with a person each, and its needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import wtforms as w
from wtforms import validators as v

from crm.core.forms.fields import MultiCodeField
from crm.core.forms.forms import Form, Subform, of
from crm.core.forms.pickers import PickField
from crm.core.forms.row_lists import FieldList
from crm.core.words import Lazy, _, _l

from .forms import ProjectForm
from .models import Need, ProjectParty
from .policy import LeadTest, ProjectRole

MAX_PARTIES, MAX_NEEDS = 8, 12
MAX_EMAIL_CHARS = 200_000
UNKNOWN_CHOICES: dict[LeadTest, Lazy] = {
    LeadTest.country: _l("Country"),
    LeadTest.city: _l("City"),
    LeadTest.sector: _l("Sectors"),
    LeadTest.phase: _l("Phase"),
    LeadTest.funding: _l("Funding"),
    LeadTest.project_owner: _l("Project owner"),
    LeadTest.prime: _l("Prime contractor"),
    LeadTest.prime_contact: _l("Person at the prime"),
    LeadTest.need_line: _l("Needs"),
}
"""What may be answered “Not known yet”, as the form names it."""


class LeadEmailForm(Form):
    """The email of a consulate as text."""

    mail = w.TextAreaField(
        _l("Email text"),
        [
            v.DataRequired(_l("Paste an email.")),
            v.Length(max=MAX_EMAIL_CHARS, message=_l("Enter at most %(max)d characters.")),
        ],
        description=_l("Include the From, Date and Subject lines. The preview fills in the form of a new project."),
        render_kw={"rows": 14, "class": "tall"},
    )


class LeadPartySubform(Subform):
    """Another party, and the person we know there."""

    role = of(ProjectParty.role, default=ProjectRole.owner)
    organization_id = PickField(_l("Organization"), kinds=("organization",))
    person_id = PickField(_l("Person"), kinds=("person",))

    def validate(self, extra_validators: Any = None) -> bool:
        """Require the organization of a person."""
        good: bool = super().validate(extra_validators)
        if good and self.person_id.is_filled and not self.organization_id.is_filled:
            self.organization_id.errors = [_("Choose the organization of this person.")]
            return False
        return good


class LeadNeedSubform(Subform):
    """A need, by the columns that complete its line."""

    title = of(Need.title, required=False)
    quantity = of(Need.quantity, label=_l("Quantity"), description=_l("For example, 240 sets."))
    needed_by = of(Need.needed_by)
    type = of(Need.type)
    spec = of(Need.spec, render_kw={"rows": 2})

    def validate(self, extra_validators: Any = None) -> bool:
        """Require the title of a need of which something else is entered."""
        good: bool = super().validate(extra_validators)
        if good and not self.title.data and (self.quantity.data or self.needed_by.data or self.spec.data):
            self.title.errors = [_("Enter what is needed.")]
            return False
        return good


class LeadForm(ProjectForm):
    """A new project with all that is known of it; one name is enough."""

    party_fields = ("prime_id", "prime_contact_id")
    place_fields = ("country", "city", "phase")
    more_fields = ("value", "currency", "corridor", "funding")
    prime_id = PickField(_l("Prime contractor"), kinds=("organization",), makers=("organization.prime",))
    prime_contact_id = PickField(_l("Person at the prime"), kinds=("person",))
    parties = FieldList(w.FormField(LeadPartySubform), _l("Other parties"), min_entries=1, max_entries=MAX_PARTIES)
    needs = FieldList(w.FormField(LeadNeedSubform), _l("Needs"), min_entries=1, max_entries=MAX_NEEDS)
    unknown = MultiCodeField(_l("Not known yet"), LeadTest, description=_l("Select what isn't known yet."))

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.unknown.choices = [w.SelectChoice(test.value, label) for test, label in UNKNOWN_CHOICES.items()]

    def validate(self, extra_validators: Any = None) -> bool:
        """Require the prime contractor of its person."""
        good: bool = super().validate(extra_validators)
        if not self.prime_contact_id.errors and self.prime_contact_id.is_filled and not self.prime_id.is_filled:
            self.prime_id.errors = [*self.prime_id.errors, _("Choose the organization of this person.")]
            return False
        return good

    def values(self) -> dict[str, Any]:
        """Return the values of the project, `parties` and `needs` as dicts, and `unknown` as tests."""
        values = super().values()
        del values["prime_id"], values["prime_contact_id"]
        needs = [row.form.data for row in self.needs if row.form.title.data]
        return values | {"parties": list(self._parties()), "needs": needs, "unknown": self.unknown.chosen}

    def _parties(self) -> Iterator[dict[str, Any]]:
        """Yield the prime and the other parties; `is_new_person` if the person was created with this form."""
        parties = [(ProjectRole.prime, self.prime_id, self.prime_contact_id)]
        parties += [(row.form.role.data, row.form.organization_id, row.form.person_id) for row in self.parties]
        for role, organization, person in parties:
            if organization.data:
                yield {
                    "role": role,
                    "organization_id": organization.data,
                    "person_id": person.data,
                    "is_new_person": person.is_created,
                }
