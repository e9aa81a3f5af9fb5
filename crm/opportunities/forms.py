"""Forms of an opportunity, of its moves and of its exit tests."""

from __future__ import annotations

from typing import Any, cast

import wtforms as w
from flask import g
from wtforms import validators as v

from crm.core.forms.choices import CodeChoice
from crm.core.forms.fields import CodeField, OptionalInput, strip_text
from crm.core.forms.forms import Form, of
from crm.core.forms.pickers import PickField
from crm.core.policy import can
from crm.core.words import _l, _p
from crm.organizations.client_field import ClientField
from crm.records.models import Evidence
from crm.records.policy import EvidenceState
from crm.reference.queries import lost_reason_choices

from .models import Opportunity
from .policy import ExitTest, OpportunityStage


class OpportunityEditForm(Form):
    """An existing opportunity; its client can't be changed."""

    title = of(Opportunity.title, required=False, description=_l("Leave blank to use the product and project names."))
    path = of(Opportunity.path)
    product_id = PickField(_l("Product"), kinds=("product",))
    project_id = PickField(_l("Project"), kinds=("project",))
    buyer_id = PickField(_l("Prime or buyer"), kinds=("organization",))
    buyer_contact_id = PickField(_l("Person at prime or buyer"), kinds=("person",))
    need_id = PickField(_l("Need"), kinds=("need",))
    representation_id = PickField(_l("China rep"), kinds=("representation",))
    amount = of(Opportunity.amount)
    currency = of(Opportunity.currency)
    probability = of(Opportunity.probability)
    certainty = of(Opportunity.certainty)
    close_on = of(Opportunity.close_on)
    close_quarter = of(
        Opportunity.close_quarter,
        validators=[OptionalInput(), v.Length(max=12, message=_l("Enter at most %(max)d characters."))],
    )
    waiting_for = of(Opportunity.waiting_for)
    license_gate = of(Opportunity.license_gate)
    note = of(Opportunity.note)
    counselor_id = of(Opportunity.counselor_id)
    second_counselor_id = of(Opportunity.second_counselor_id)
    why: w.StringField | None = w.StringField(
        _l("Reason"),
        [v.Length(max=500)],
        filters=[strip_text],
        description=_l("Reason for changing the amount, close date or counselor."),
    )

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        if self.edited is not None and not can(g.actor, "record:counselor", self.edited):
            del self.counselor_id


class OpportunityForm(OpportunityEditForm):
    """A new opportunity; only the client is required."""

    client_id = ClientField()
    team_id = of(Opportunity.team_id, description=_l("Required if all teams share the client."))
    why = None

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        if g.actor.first_team_id is not None:
            del self.team_id


class StageForm(Form):
    """The stage to move to, the tests that don't apply, and a reason or a date."""

    stage = CodeField(_p("stage", "To"), [v.InputRequired()], enum=OpportunityStage)
    skip = w.SelectMultipleField(
        _l("Not applicable"), choices=[w.SelectChoice(t.value, t.label) for t in ExitTest], coerce=str
    )
    why = w.TextAreaField(_l("Reason"), [v.Length(max=500)], filters=[strip_text])
    wakes_on = of(Opportunity.wakes_on)
    lost_reason_id = CodeChoice(_l("Lost reason"), load=lost_reason_choices, blank=True, number=True)

    @property
    def target_stage(self) -> OpportunityStage:
        """The stage to move to; only of a valid form."""
        return cast("OpportunityStage", self.stage.data)

    def to_values(self) -> dict[str, Any]:
        """Return the keyword arguments of `move_opportunity`."""
        return {
            "why": self.why.data,
            "wakes_on": self.wakes_on.data,
            "lost_reason_id": self.lost_reason_id.data,
            "not_applicable": [ExitTest.from_code(code) for code in self.skip.data or ()],
        }


class ExitTestForm(Form):
    """An exit test marked by hand."""

    state = of(Evidence.state, only=(EvidenceState.met, EvidenceState.does_not_apply))
    where = of(Evidence.where)
    result = of(Evidence.result)
