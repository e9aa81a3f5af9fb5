"""Forms of impact surveys: what a client answers, what is sent, what is accepted, and the schedule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import wtforms as w
from flask import g
from wtforms import validators as v

from crm.core.forms.fields import strip_text
from crm.core.forms.forms import Form, Subform, of
from crm.core.forms.link_form import LinkForm
from crm.core.forms.new_records import ChosenRecord
from crm.core.forms.pickers import PickField
from crm.core.forms.row_lists import FieldList
from crm.core.words import _, _l
from crm.people.send_times import OPTION
from crm.reference.funder_field import FunderField

from .models import ImpactSurvey, Milestone, SurveyPlan
from .policy import MilestoneKind, PublishConsent
from .proposals import ProposedResult
from .queries.recipients import list_recipients

CURRENCIES = ("USD", "CNY", "EUR", "HKD", "JPY")
MAX_SALES = Decimal(10) ** 12
MAX_JOBS = 100_000
MAX_RESULTS = 20
MAX_OFFERS = 8
GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?")
"""A number with separators of thousands."""
GROUPED_BY_DOT = re.compile(r"[1-9]\d{0,2}\.\d{3}")
"""A number whose dot may separate thousands: amounts have two decimals."""
MAX_CHARS = {"sale_countries": 200, "new_countries": 200, "comment": 2000, "answered_by": 120}
LANGUAGES = [w.SelectChoice("en", _l("English")), w.SelectChoice("zh_Hans", _l("Chinese"))]
CONSENTS = (PublishConsent.with_name, PublishConsent.without_name, PublishConsent.refused)


class AnswerForm(LinkForm):
    """What a client answers. Errors are codes in `ClientTexts.errors`, because the page has its own languages."""

    sales = w.StringField(filters=[strip_text])
    currency = w.SelectField(choices=CURRENCIES, default="USD", validate_choice=False)
    sale_countries = w.StringField(filters=[strip_text])
    new_countries = w.StringField(filters=[strip_text])
    jobs = w.StringField(filters=[strip_text])
    publish = w.RadioField(
        choices=[w.SelectChoice(c.value, c.label) for c in CONSENTS], validate_choice=False, default=None
    )
    comment = w.TextAreaField(filters=[strip_text])
    answered_by = w.StringField(filters=[strip_text])

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the answer; each field has at most one error."""
        is_valid = super().validate(extra_validators)
        problems = {name: code for name, code in self._problems().items() if code}
        for name, code in problems.items():
            self[name].errors = [code]
        return is_valid and not problems

    def _problems(self) -> dict[str, str]:
        sales, jobs = parse_number(self.sales.data), parse_number(self.jobs.data)
        answers = (self.sales, self.jobs, self.sale_countries, self.new_countries, self.comment)
        too_long = {name: "long" for name, limit in MAX_CHARS.items() if len(self[name].data or "") > limit}
        return {
            "comment": "" if any(field.data for field in answers) else "empty",
            "sales": _number_problem(self.sales.data, sales, MAX_SALES),
            "jobs": _number_problem(self.jobs.data, jobs, Decimal(MAX_JOBS), whole=True),
            "currency": "" if self.currency.data in CURRENCIES else "choice",
            "publish": "" if self.publish.data in (None, "", *(c.value for c in CONSENTS)) else "choice",
            "answered_by": "" if self.answered_by.data else "name",
        } | too_long

    def to_values(self) -> dict[str, Any]:
        """Return the values of a valid answer by column."""
        jobs = parse_number(self.jobs.data)
        return {
            "answered_by": self.answered_by.data,
            "sales": parse_number(self.sales.data),
            "currency": self.currency.data,
            "sale_countries": self.sale_countries.data,
            "new_countries": self.new_countries.data,
            "jobs": None if jobs is None else int(jobs),
            "publish": PublishConsent.from_code(self.publish.data or PublishConsent.not_asked.value),
            "comment": self.comment.data,
        }


def parse_number(text: str | None) -> Decimal | None:
    """Return a number as people type it ("120,000", "$120 000", "12万"); None for an empty or any other text."""
    digits = (text or "").translate(str.maketrans("０１２３４５６７８９，．", "0123456789,.", " $¥￥\u00a0"))
    factor = 10_000 if digits.endswith("万") else 1
    digits = digits.removesuffix("万")
    # "1,5" is 1.5 in many countries, and would be read as 15; "120.000" is 120,000 there, and would be read as 120.
    digits = digits.replace(",", "") if GROUPED.fullmatch(digits) else digits
    if factor == 1 and GROUPED_BY_DOT.fullmatch(digits):
        return None
    if not digits.isascii() or not digits.replace(".", "", 1).isdigit() or len(digits) > 20:
        return None
    return (Decimal(digits) * factor).quantize(Decimal("0.01"))


def _number_problem(text: str | None, number: Decimal | None, limit: Decimal, *, whole: bool = False) -> str:
    if text and (number is None or (whole and number != number.to_integral_value())):
        return "whole" if whole else "number"
    return "large" if number is not None and number >= limit else ""


def offer_recipients(field: PickField, client_id: int | None) -> None:
    """Offer the first people who work at the client, unless one of them is chosen."""
    recipients = list_recipients(g.actor, client_id)
    if field.data not in {row.id for row in recipients}:
        field.offers = [ChosenRecord(row.id, "person", row.label, row.native_label) for row in recipients[:MAX_OFFERS]]


class SurveyForm(Form):
    """A survey to send."""

    client_id = PickField(_l("Client"), kinds=("organization",), needed=True, makers=())
    person_id = PickField(_l("Recipient"), kinds=("person",), needed=True, makers=())
    opportunity_id = PickField(_l("Opportunity"), kinds=("opportunity",), makers=())
    period_from = of(ImpactSurvey.period_from)
    period_to = of(ImpactSurvey.period_to)
    language = w.SelectField(
        _l("Language"),
        choices=[w.SelectChoice("", _l("The recipient's email language")), *LANGUAGES],
    )
    note = w.TextAreaField(
        _l("Personal note"), [v.Length(max=1000)], filters=[strip_text], description=_l("Added to the email.")
    )
    on_workday = w.BooleanField(OPTION)


class ResultSubform(Subform):
    """One milestone of an answer; it is left out unless `add` is checked."""

    add = w.BooleanField(_l("Add this milestone"), default=True)
    type = of(Milestone.type)
    on = of(Milestone.on, required=False)
    amount = of(Milestone.amount)
    currency = of(Milestone.currency)
    jobs = of(Milestone.jobs)
    country = of(Milestone.country)
    funder_id = FunderField()
    opportunity_id = w.SelectField(_l("Opportunity"), coerce=lambda x: int(x) if x else None)


class AcceptForm(Form):
    """The milestones of an answer, as they are added."""

    results = FieldList(
        w.FormField(ResultSubform), _l("Milestones"), min_entries=0, max_entries=MAX_RESULTS, default=()
    )

    @property
    def chosen(self) -> list[dict[str, Any]]:
        """The values of the milestones to add."""
        rows = [row.data for row in self.results]
        hidden = ("add", "csrf_token")
        return [{k: x for k, x in row.items() if k not in hidden} for row in rows if row["add"]]

    def validate_results(self, _field: w.Field) -> None:
        """Refuse a milestone without a date, and a new market without a country, beside the field that lacks it."""
        forms = [row.form for row in self.results if row.form.add.data]
        without_date = [form for form in forms if form.on.data is None]
        without_country = [form for form in forms if _is_market(form) and not form.country.data]
        for form in without_date:
            form.on.errors = [_("Enter a date.")]
        for form in without_country:
            form.country.errors = [_("Choose the country of the new market.")]
        if without_date:
            raise v.ValidationError(_("Enter the date of each milestone."))
        if without_country:
            raise v.ValidationError(_("Choose the country of each new market."))


def _is_market(form: w.Form) -> bool:
    return form.type.data is MilestoneKind.new_market


def accept_data(results: list[ProposedResult], **common: int | None) -> dict[str, Any]:
    """Return what the form of an answer begins with; `common` are values of each result, such as its `funder_id`."""
    return {"results": [{"add": True} | common | result._asdict() for result in results]}


def offer_opportunities(form: AcceptForm, opportunities: Sequence[tuple[int, str]]) -> None:
    """Offer these opportunities for each milestone; without any, the form has no field for them.

    The field stays to refuse a chosen one that is gone, such as the only one if it was archived in between.
    """
    for row in form.results:
        if opportunities or row.form.opportunity_id.data:
            row.form.opportunity_id.choices = [("", _("No opportunity")), *opportunities]
        else:
            del row.form.opportunity_id


class DeclineForm(Form):
    """Why an answer is declined."""

    reason = of(ImpactSurvey.decline_reason, required=True)


class PlanEditForm(Form):
    """An existing schedule; its client can't be changed."""

    opportunity_id = PickField(_l("Opportunity"), kinds=("opportunity",), makers=())
    reason = of(SurveyPlan.reason)
    person_id = PickField(_l("Recipient"), kinds=("person",), makers=())
    starts_on = of(SurveyPlan.starts_on)
    every_months = of(SurveyPlan.every_months)
    until_on = of(SurveyPlan.until_on, required=False, description=_l("Leave blank for four years."))
    automatic = of(SurveyPlan.automatic)
    on_workday = of(SurveyPlan.on_workday)
    next_on: Any = of(SurveyPlan.next_on, description=_l("Leave blank to end the schedule."))


class PlanForm(PlanEditForm):
    """A new schedule; the date of the next survey follows from the others."""

    client_id = PickField(_l("Client"), kinds=("organization",), needed=True, makers=())
    next_on = None
