"""The form of a review: what was decided about each opportunity, and when the next review is."""

from __future__ import annotations

import wtforms as w
from wtforms import validators as v

from crm.core.forms.fields import FieldList, IntegerField
from crm.core.forms.forms import Form, Subform, of

from .models import Review, ReviewItem

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
