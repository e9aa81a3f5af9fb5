"""The forms of a review, and of the reports on a dashboard and by email."""

from __future__ import annotations

import wtforms as w
from flask import g
from wtforms import validators as v

from crm.core.forms.fields import FieldList, IntegerField
from crm.core.forms.forms import Form, Subform, of
from crm.core.words import _l

from .custom.question import MAX_QUERY_CHARS
from .custom.saved import list_saved
from .models import CustomReport, Review, ReviewItem
from .policy import EmailInterval
from .registry import REPORTS

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
    team_id = of(CustomReport.team_id)


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
