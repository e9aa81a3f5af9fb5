"""Forms of awards, with their reports and goals, and of the rules of a funder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import wtforms as w
from wtforms import validators as v

from crm.core.forms.choices import CodeChoice
from crm.core.forms.forms import Form, Subform, of
from crm.core.forms.params import is_number
from crm.core.forms.periods import PeriodMixin
from crm.core.forms.row_lists import FieldList
from crm.core.words import _, _l
from crm.funding.models import Award, AwardGoal, AwardReport, FunderRule
from crm.funding.queries.rules import list_active_funders
from crm.reference.funder_field import name_funder

MAX_ROWS = 40
MAX_LOCATION_CODE = 9_999_999


def _parse_id(value: object) -> int | None:
    """Return the id of a stored row; None for a new one."""
    text = str(value or "")
    return int(text) if is_number(text) else None


class AwardReportSubform(Subform):
    """A report that the award requires."""

    id = w.HiddenField(filters=[_parse_id])
    name = of(AwardReport.name, required=False)
    due_on = of(AwardReport.due_on, required=False)
    sent_on = of(AwardReport.sent_on)

    def validate_name(self, field: w.Field) -> None:
        """Require a due date for a named report."""
        if field.data and self.due_on.data is None and not self.due_on.process_errors:
            raise v.ValidationError(_("Enter a due date."))

    def validate_due_on(self, field: w.Field) -> None:
        """Require a name for a due date: a row without one isn't saved."""
        if field.data and not self.name.data:
            raise v.ValidationError(_("Enter a name."))


class GoalSubform(Subform):
    """A goal of the award."""

    measure = of(AwardGoal.measure)
    team_id = of(AwardGoal.team_id)
    user_id = of(AwardGoal.user_id)
    target = of(AwardGoal.target, required=False)

    def validate_target(self, field: w.Field) -> None:
        """Refuse a target that can't be reached or missed."""
        if field.data is not None and not field.errors and field.data <= 0:
            raise v.ValidationError(_("Enter a number above 0."))


class AwardForm(PeriodMixin, Form):
    """An award with its reports and goals."""

    funder_id = CodeChoice(
        _l("Funder"),
        [v.InputRequired(_l("This field is required."))],
        load=list_active_funders,
        blank=True,
        number=True,
        write=name_funder,
    )
    number = of(Award.number)
    from_on = of(Award.from_on)
    to_on = of(Award.to_on)
    amount = of(Award.amount)
    currency = of(Award.currency)
    match_percent = of(Award.match_percent)
    location_code = of(Award.location_code, render_kw={"class": "w-date"})
    responsible_id = of(Award.responsible_id)
    note = of(Award.note)
    reports = FieldList(
        w.FormField(AwardReportSubform), _l("Reports to the funder"), min_entries=1, max_entries=MAX_ROWS
    )
    goals = FieldList(
        w.FormField(GoalSubform),
        _l("Goals"),
        min_entries=1,
        max_entries=MAX_ROWS,
        description=_l("Leave team and counselor blank for the whole network. Rows without a target aren't saved."),
    )

    def validate_amount(self, field: w.Field) -> None:
        """Refuse a negative amount."""
        if field.data is not None and not field.errors and field.data < 0:
            raise v.ValidationError(_("Enter a number of at least %(min)s.", min=0))

    def validate_location_code(self, field: w.Field) -> None:
        """Refuse other than one to seven digits."""
        if field.data is not None and not field.errors and not 1 <= field.data <= MAX_LOCATION_CODE:
            raise v.ValidationError(_("Enter one to seven digits."))

    def values(self) -> dict[str, Any]:
        """Return the columns, and the rows that are filled in."""
        values = super().values()
        values["reports"] = [row for row in _rows(self.reports) if row["name"] and row["due_on"]]
        values["goals"] = [row for row in _rows(self.goals) if row["target"] is not None]
        return values


class FunderRuleSubform(Subform):
    """A rule of a funder that differs from the usual ones."""

    requirement = of(FunderRule.requirement)
    is_required = of(FunderRule.is_required)
    from_on = of(FunderRule.from_on, required=False)
    to_on = of(FunderRule.to_on)
    source = of(FunderRule.source)

    def validate_to_on(self, field: w.Field) -> None:
        """Require a start date for a row with an end: a row without a start date isn't saved."""
        if field.data and self.from_on.data is None and not self.from_on.errors:
            raise v.ValidationError(_("Enter a start date."))

    def validate_source(self, field: w.Field) -> None:
        """Require a start date for a row with a source."""
        self.validate_to_on(field)


class FunderRulesForm(Form):
    """The rules of a funder."""

    rules = FieldList(
        w.FormField(FunderRuleSubform),
        _l("Rules that differ from the usual ones"),
        min_entries=1,
        max_entries=MAX_ROWS,
        description=_l("Rows without a start date aren't saved."),
    )

    def values(self) -> dict[str, Any]:
        """Return the rules that have a start date."""
        return {"rules": [row for row in _rows(self.rules) if row["from_on"]]}


def _rows(fields: Any) -> Iterator[dict[str, Any]]:
    for entry in fields:
        yield {k: x for k, x in entry.form.data.items() if k != "csrf_token"}
