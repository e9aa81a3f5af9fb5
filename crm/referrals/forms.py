"""The forms of a question and of its answer."""

from __future__ import annotations

from wtforms import validators as v

from crm.core.forms.forms import Form, of
from crm.core.forms.pickers import PickField
from crm.core.forms.staff_fields import UserField
from crm.core.words import _l

from .models import Referral


class ReferralForm(Form):
    """A question to a colleague, optionally about a record."""

    to_id = UserField(_l("Colleague"), [v.InputRequired(_l("Choose a colleague."))])
    question = of(Referral.question)
    record_id = PickField(_l("About"), kinds=("person", "organization", "project", "opportunity", "show"))


class ReferralAnswerForm(Form):
    """The answer, which closes the question."""

    answer = of(Referral.answer, required=True)
