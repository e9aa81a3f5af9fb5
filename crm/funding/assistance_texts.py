"""What to check in assistance, in words that say what to do."""

from __future__ import annotations

from decimal import Decimal

from crm.core.i18n import formats
from crm.core.words import _

from .policy.assistance import AssistanceFacts, AssistanceIssue


def describe_issue(issue: AssistanceIssue, facts: AssistanceFacts) -> str:
    """Return a sentence about an issue of assistance that has it, and what to do."""
    if issue is AssistanceIssue.overspent:
        return _(
            "Spent %(amount)s more than approved. Correct the amounts, or have the increase approved.",
            amount=_format((facts.spent or Decimal(0)) - (facts.approved or Decimal(0))),
        )
    if issue is AssistanceIssue.low_match:
        return _(
            "The match is %(amount)s short of %(percent)s of the total cost (%(match)s of %(total)s). "
            "Enter the full match, or ask the client for it.",
            amount=_format(facts.required_match - (facts.match or Decimal(0))),
            percent=formats.percent(facts.match_percent),
            match=_format(facts.required_match),
            total=_format((facts.spent or Decimal(0)) + facts.required_match),
        )
    if issue is AssistanceIssue.outside_award and facts.from_on and facts.to_on:
        return _(
            "The date is outside the award (%(days)s). Correct the date, or choose another award.",
            days=formats.day_range(facts.from_on, facts.to_on),
        )
    return _(
        "The client's report is overdue since %(day)s. Ask the client for it, or enter when you received it.",
        day=formats.day(facts.report_due_on),
    )


def _format(amount: Decimal) -> str:
    return formats.money(round(amount, 2), "USD", short=False)
