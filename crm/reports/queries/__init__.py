"""What the pipeline report counts; the words of each question are made once."""

from .cases import Money, by_close, by_counselor, changed_this_week, hidden, signed, standing, stuck
from .names import names, rates_on
from .scope import Scope
from .waiting import is_idle, leads, no_case, overdue, promises

__all__ = [
    "Money",
    "Scope",
    "by_close",
    "by_counselor",
    "changed_this_week",
    "hidden",
    "is_idle",
    "leads",
    "names",
    "no_case",
    "overdue",
    "promises",
    "rates_on",
    "signed",
    "standing",
    "stuck",
]
