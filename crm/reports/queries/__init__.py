"""What the pipeline report counts; each statement is compiled once."""

from .names import load_names, load_rates
from .opportunities import (
    MoneyRow,
    count_hidden,
    count_weekly_changes,
    list_overdue_in_stage,
    sum_by_close,
    sum_by_counselor,
    sum_open,
    sum_signed,
)
from .scope import Scope
from .waiting import (
    FollowUpCount,
    count_leads,
    count_overdue_follow_ups,
    has_no_opportunity,
    is_lead_overdue,
    overdue_conditions,
)

__all__ = [
    "FollowUpCount",
    "MoneyRow",
    "Scope",
    "count_hidden",
    "count_leads",
    "count_overdue_follow_ups",
    "count_weekly_changes",
    "has_no_opportunity",
    "is_lead_overdue",
    "list_overdue_in_stage",
    "load_names",
    "load_rates",
    "overdue_conditions",
    "sum_by_close",
    "sum_by_counselor",
    "sum_open",
    "sum_signed",
]
