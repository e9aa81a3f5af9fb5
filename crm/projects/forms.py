"""Forms of a project, its parties, its stage, and of a need."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import wtforms as w
from flask import g
from wtforms import validators as v

from crm.core.forms.amounts import require_currency
from crm.core.forms.fields import CodeField, DateField, MultiCodeField, SupportedYear, TimeField, strip_text
from crm.core.forms.forms import Form, of
from crm.core.forms.pickers import PickField
from crm.core.words import _l
from crm.products.policy import join_list
from crm.records.models import Evidence
from crm.reference.cities import fill_country
from crm.reference.code_pickers import CodePickField
from crm.reference.codes import CodeList
from crm.reference.queries import sector_choices

from .models import Need, Project, ProjectParty
from .part_choice import PartField
from .policy import END_OF_DAY, LEAD_STAGES, LeadStage, LeadTest, NeedState
from .queries.structure import list_package_choices
from .structure_forms import with_bid_wall


class ProjectForm(Form):
    """A project; one name is enough. The page shows the fields in these groups."""

    name_fields = ("name", "native_name")
    source_fields = ("source_kind", "heard_on", "source_id", "source_note")
    detail_fields = ("country", "city", "phase", "corridor", "value", "currency", "funding", "sectors")
    name = of(Project.name, required=False)
    native_name = of(Project.native_name)
    source_kind = of(Project.source_kind, blank=_l("Automatic (by source)"))
    source_id = PickField(_l("Source name"), kinds=("person", "organization", "show"))
    source_note = of(Project.source_note)
    heard_on = of(Project.heard_on)
    country = of(Project.country)
    city = of(Project.city)
    zone = of(Project.zone, description=_l("Leave blank to use the country's time zone."))
    corridor = of(Project.corridor)
    phase = of(Project.phase, blank=_l("Not known yet"))
    sectors = w.SelectMultipleField(_l("Sectors"), coerce=int)
    value = of(Project.value)
    currency = of(Project.currency)
    funding = of(Project.funding)
    bid_day = DateField(_l("Date"), [v.Optional(), SupportedYear()])
    bid_time = TimeField(_l("Local time"), [v.Optional()], default=END_OF_DAY)
    description = of(Project.description)
    confidential = of(Project.confidential)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.sectors.choices = [w.SelectChoice(i, n) for i, n in sector_choices(self.sectors.object_data or ())]

    def validate(self, extra_validators: Any = None) -> bool:
        """Take the country of a known city if it was left blank. Require the currency of a new value."""
        fill_country(self)
        good: bool = super().validate(extra_validators)
        return require_currency(self, self.value, self.currency) and good

    def values(self) -> dict[str, Any]:
        """Return the values, with the bid's date and time as `bid_wall`. Raises Invalid for a date without a time."""
        return with_bid_wall(super().values())


class ProjectPartyForm(Form):
    organization_id = PickField(_l("Organization"), kinds=("organization",), needed=True)
    role = of(ProjectParty.role)
    person_id = PickField(_l("Person"), kinds=("person",))
    under_id = PartField(_l("Works under"), description=_l("The consortium or contractor above it in this project."))

    def __init__(self, *args: Any, parties: Sequence[tuple[int, str]] = (), **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.under_id.offer(parties)


class LeadStageForm(Form):
    """The lead stage to move to, and the tests that don't apply."""

    stage = CodeField(_l("New stage"), enum=LeadStage)
    why = w.StringField(
        _l("Reason"), [v.Length(max=300)], filters=[strip_text], description=_l("Required when you move the lead back.")
    )
    not_applicable = MultiCodeField(_l("Not applicable"), LeadTest)

    def __init__(self, *args: Any, now: LeadStage, missing: Collection[LeadTest], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.stage.choices = [w.SelectChoice(s.value, s.label) for s in LEAD_STAGES if s is not now]
        self.not_applicable.choices = [w.SelectChoice(t.value, t.label) for t in missing]


class LeadTestForm(Form):
    """A test marked by hand."""

    state = of(Evidence.state)
    where = of(Evidence.where)
    result = of(Evidence.result)


class NeedForm(Form):
    """What a project or an organization is looking for."""

    title = of(Need.title)
    native_title = of(Need.native_title)
    type = of(Need.type)
    quantity_number = of(Need.quantity_number)
    quantity_unit = of(Need.quantity_unit)
    quantity = of(Need.quantity)
    needed_by = of(Need.needed_by)
    certificates = of(Need.certificates, filters=[strip_text, join_list])
    hs6 = CodePickField(_l("HS code"), code_list=CodeList.hs)
    spec = of(Need.spec)
    project_id = PickField(_l("Project"), kinds=("project",))
    organization_id = PickField(_l("Organization"), kinds=("organization",))
    package_id = PartField(_l("Tender package"))
    state = of(Need.state)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        packages = list_package_choices(g.actor, self.project_id.data)
        self.package_id.offer(packages)
        if not packages and not self.package_id.object_data:
            del self.package_id


class NeedStateForm(Form):
    """The status of a need."""

    state = CodeField(_l("Status"), enum=NeedState)
