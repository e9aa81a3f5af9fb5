"""What the pipeline report counts; the words of each question are made once."""

from .names import names, rates_on
from .opportunities import Money, by_close, by_counselor, changed_this_week, hidden, signed, standing, stuck
from .scope import Scope
from .waiting import count_overdue_follow_ups, has_no_opportunity, is_idle, leads, overdue

__all__ = [
    "Money",
    "Scope",
    "by_close",
    "by_counselor",
    "changed_this_week",
    "count_overdue_follow_ups",
    "has_no_opportunity",
    "hidden",
    "is_idle",
    "leads",
    "names",
    "overdue",
    "rates_on",
    "signed",
    "standing",
    "stuck",
]
