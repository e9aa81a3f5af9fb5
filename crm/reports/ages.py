"""How old follow-ups are: the classes of the follow-up report and of the list that its numbers open."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from crm.core.words import LabeledEnum, _l


class FollowUpAge(LabeledEnum):
    """How many days a follow-up is late: from `first` to `last`; None: no limit on that side."""

    first: int | None
    last: int | None

    planned = "planned", _l("Due today or later"), None, 0
    week = "week", _l("Overdue by 1 to 7 days"), 1, 7
    month = "month", _l("Overdue by 8 to 30 days"), 8, 30
    quarter = "quarter", _l("Overdue by 31 to 90 days"), 31, 90
    older = "older", _l("Overdue by more than 90 days"), 91, None

    def __init__(self, _code: str, _label: object, first: int | None, last: int | None) -> None:
        self.first = first
        self.last = last


class DueDays(NamedTuple):
    """The first and the last due date of a class of age; None: no limit on that side."""

    first: date | None
    last: date | None


def due_days(age: FollowUpAge, today: date) -> DueDays:
    """Return the due dates of the follow-ups that are of an age today."""
    first = today - timedelta(days=age.last) if age.last is not None else None
    last = today - timedelta(days=age.first) if age.first is not None else None
    return DueDays(first, last)
