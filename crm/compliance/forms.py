"""Forms of a gift and of its rejection."""

from __future__ import annotations

import wtforms as w
from wtforms import validators as v

from crm.core.forms.fields import strip_text
from crm.core.forms.forms import Form, of
from crm.core.forms.pickers import PickField
from crm.core.words import _l

from .models import Gift


class GiftForm(Form):
    """A gift: who gave what to whom, its value, and the occasion."""

    direction = of(Gift.direction)
    kind = of(Gift.kind)
    given_on = of(Gift.given_on)
    user_id = of(Gift.user_id)
    person_id = PickField(_l("Person"), kinds=("person",), description=_l("Who received the gift from us, or gave it."))
    organization_id = PickField(
        _l("Organization"), kinds=("organization",), description=_l("Leave blank to use the person's employer.")
    )
    description = of(Gift.description)
    purpose = of(Gift.purpose)
    amount = of(Gift.amount)
    currency = of(Gift.currency)
    occasion_id = PickField(_l("Show or interaction"), kinds=("show", "interaction"), makers=())
    receipt = w.FileField(_l("Receipt"))


class RejectForm(Form):
    """Why a gift isn't approved."""

    note = w.StringField(
        _l("Reason"),
        [v.DataRequired(_l("Describe why the gift isn't approved.")), v.Length(max=300)],
        filters=[strip_text],
    )
