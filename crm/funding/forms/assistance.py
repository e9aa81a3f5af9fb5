"""Forms of STEP assistance and of referrals."""

from __future__ import annotations

from typing import Any

from crm.core.forms.choices import CodeChoice
from crm.core.forms.fields import InRange
from crm.core.forms.forms import Form, of
from crm.core.words import _l
from crm.funding.models import Assistance, PartnerReferral
from crm.funding.queries.awards import award_choices
from crm.organizations.client_field import ClientField

NOT_NEGATIVE = InRange(min=0, message=_l("Enter a number of at least %(min)s."))


class AssistanceForm(Form):
    """Assistance for an export activity of a client."""

    client_id = ClientField()
    award_id = CodeChoice(_l("Award"), load=award_choices, blank=_l("No award"), number=True)
    activity = of(Assistance.activity)
    description = of(Assistance.description)
    state = of(Assistance.state)
    on = of(Assistance.on)
    approved = of(Assistance.approved)
    spent = of(Assistance.spent)
    match = of(Assistance.match)
    report_due_on = of(Assistance.report_due_on)
    report_received_on = of(Assistance.report_received_on)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        for field in (self.approved, self.spent, self.match):
            field.validators = [*field.validators, NOT_NEGATIVE]


class PartnerReferralForm(Form):
    """A referral of a client to a partner."""

    client_id = ClientField()
    partner = of(PartnerReferral.partner)
    name = of(PartnerReferral.name)
    on = of(PartnerReferral.on)
    reason = of(PartnerReferral.reason)
    result = of(PartnerReferral.result)
