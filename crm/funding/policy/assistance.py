"""What to check in assistance: amounts, dates and reports that don't fit. A warning, never a refusal. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from crm.core.words import LabeledEnum, _l

from .step import WITHOUT_REPORT, AssistanceState, is_report_open

ROUNDING = Decimal("0.99995")
"""What a match may lack in US dollars: less than a whole one, which is what people enter. SQLite counts inexactly."""
HUNDRED_PERCENT = 100
FINISHED = (AssistanceState.completed, AssistanceState.paid)
"""States in which the match must be on record."""


class AssistanceIssue(LabeledEnum):
    """What can be wrong with assistance."""

    overspent = "overspent", _l("Spent more than approved")
    low_match = "low_match", _l("Match too low")
    outside_award = "outside_award", _l("Date outside the award")
    report_overdue = "report_overdue", _l("Client's report overdue")


class AssistanceFacts(NamedTuple):
    """The facts of assistance that are checked, in US dollars; `match_percent` and days are those of its award.

    What was approved and spent is money of the award. The client's match comes on top of it.
    """

    state: AssistanceState
    on: date
    approved: Decimal | None
    spent: Decimal | None
    match: Decimal | None
    report_due_on: date | None
    report_received_on: date | None
    match_percent: Decimal | None
    from_on: date | None
    to_on: date | None

    @property
    def required_match(self) -> Decimal:
        """The least that the client must pay: the required share of the total cost, which is award money and match.

        A match of 25% is a third of what was spent: the federal share of the cost of an export program is at most 75%,
        or 65% in states that export much (15 U.S.C. 649(l)). With 100% nothing could be spent, so nothing is required.
        """
        percent = self.match_percent or Decimal(0)
        if percent == HUNDRED_PERCENT:
            return Decimal(0)
        return (self.spent or Decimal(0)) * percent / (HUNDRED_PERCENT - percent)


def find_issues(facts: AssistanceFacts, today: date) -> tuple[AssistanceIssue, ...]:
    """Return what is wrong with assistance on a day: nothing if it was declined or withdrawn.

    Amounts that aren't on record are no issue, except a match that is still missing after the activity.
    """
    if facts.state in WITHOUT_REPORT:
        return ()
    approved, spent, match = facts.approved, facts.spent, facts.match
    first, last, due_on = facts.from_on, facts.to_on, facts.report_due_on
    is_match_due = match is not None or facts.state in FINISHED
    is_open = is_report_open(facts.state, due_on, facts.report_received_on)
    is_present = {
        AssistanceIssue.overspent: approved is not None and spent is not None and spent > approved,
        AssistanceIssue.low_match: is_match_due and facts.required_match - (match or Decimal(0)) > ROUNDING,
        AssistanceIssue.outside_award: first is not None and last is not None and not first <= facts.on <= last,
        AssistanceIssue.report_overdue: is_open and due_on is not None and due_on < today,
    }
    return tuple(issue for issue in AssistanceIssue if is_present[issue])
