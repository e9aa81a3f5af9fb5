"""The forms of a review, of reports that users build and choose, and of a sales target."""

from __future__ import annotations

from datetime import date
from typing import Any

import wtforms as w
from flask import g
from wtforms import validators as v

from crm.core import clock
from crm.core.forms.choices import CodeChoice
from crm.core.forms.fields import IntegerField
from crm.core.forms.forms import Form, Subform, of
from crm.core.forms.row_lists import FieldList
from crm.core.i18n import formats
from crm.core.words import _l

from .custom.question import MAX_QUERY_CHARS
from .custom.saved import list_saved
from .models import CustomReport, Review, ReviewItem, SalesTarget
from .policy import EmailInterval
from .queries import list_team_members
from .registry import REPORTS
from .targets.periods import end_of_month, list_month_choices

MAX_ROWS = 100
"""How many opportunities a review shows; the most urgent ones."""


class DecisionSubform(Subform):
    """What was decided about an opportunity."""

    opportunity_id = IntegerField("", [v.Optional()], widget=w.widgets.HiddenInput())
    decision = of(ReviewItem.decision, required=False)


class ReviewForm(Form):
    """A review of a team's pipeline."""

    decisions = FieldList(w.FormField(DecisionSubform), max_entries=MAX_ROWS)
    next_on = of(Review.next_on)
    note = of(Review.note)

    def list_decisions(self) -> dict[int, str]:
        """Return what was decided by opportunity; only where something was entered."""
        rows = (entry.form for entry in self.decisions)
        return {
            row.opportunity_id.data: row.decision.data.strip()
            for row in rows
            if row.opportunity_id.data and (row.decision.data or "").strip()
        }


class CustomReportForm(Form):
    """The name of a report that a user built, and who sees it; `query` are its choices."""

    kind = w.HiddenField(validators=[v.Length(max=40)])
    query = w.HiddenField(validators=[v.Length(max=MAX_QUERY_CHARS)])
    name = of(CustomReport.name)
    team_id = of(CustomReport.team_id, blank=_l("Only me"))


def _choices() -> list[w.SelectChoice]:
    """Return all reports, those that users built last."""
    own = [w.SelectChoice(report.name, report.title) for report in REPORTS]
    return [*own, *(w.SelectChoice(saved.code, saved.name) for saved in list_saved(g.actor))]


class DashboardForm(Form):
    """Which reports are on the dashboard, and which are emailed every week or month."""

    dashboard = w.SelectMultipleField(_l("On the dashboard"), choices=_choices)
    weekly = w.SelectMultipleField(_l("By email every week"), choices=_choices)
    monthly = w.SelectMultipleField(_l("By email every month"), choices=_choices)

    def find_title(self, name: str) -> str:
        """Return the title of a report, "" if there is none with this name."""
        return next((str(title) for value, title, *_rest in self.weekly.iter_choices() if value == name), "")

    def list_emails(self) -> dict[str, EmailInterval]:
        """Return how often reports are emailed, by name; weekly wins."""
        monthly = dict.fromkeys(self.monthly.data or [], EmailInterval.monthly)
        return monthly | dict.fromkeys(self.weekly.data or [], EmailInterval.weekly)


class MonthChoice(CodeChoice):
    """A month, as its first day or, with `is_end`, as its last one."""

    data: date | None

    def __init__(self, label: object, *, is_end: bool = False, **kw: Any) -> None:
        self.is_end = is_end
        required = v.InputRequired(_l("This field is required."))
        super().__init__(label, [required], load=self._list_months, blank=False, write=_name_month, **kw)

    def _read(self, value: Any) -> Any:
        return date.fromisoformat(value) if isinstance(value, str) and value else value or None

    def _list_months(self) -> list[tuple[date, str]]:
        months = list_month_choices(clock.today(g.actor.zone))
        return [(end_of_month(day) if self.is_end else day, formats.month(day)) for day in months]


def _name_month(text: str) -> str:
    return formats.month(date.fromisoformat(text))


class SalesTargetForm(Form):
    """A target of a team or of one of its counselors."""

    team_id = of(SalesTarget.team_id)
    counselor_id = of(SalesTarget.counselor_id, load=lambda: list_team_members(g.actor))
    from_on = MonthChoice(_l("First month"))
    to_on = MonthChoice(_l("Last month"), is_end=True)
    amount = of(SalesTarget.amount)
