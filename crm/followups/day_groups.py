"""Follow-ups of a list under their days: overdue ones together, then today, tomorrow and each later day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from crm.core.i18n import formats
from crm.core.words import _

from .enums import FollowUpState, Side
from .queries import ToDo


class DayGroup(NamedTuple):
    """The follow-ups of one day, or the overdue ones, under their heading."""

    heading: str
    to_dos: list[ToDo]


def group_by_day(to_dos: Sequence[ToDo], today: date) -> list[DayGroup]:
    """Return the follow-ups by day, in the order of the list. Ideas aren't owed, so they are never overdue."""
    groups: dict[date | None, list[ToDo]] = {}
    for todo in to_dos:
        is_owed = todo.state is FollowUpState.open and todo.side is not Side.idea
        groups.setdefault(None if is_owed and todo.due_on < today else todo.due_on, []).append(todo)
    return [DayGroup(_heading(day, today), rows) for day, rows in groups.items()]


def _heading(day: date | None, today: date) -> str:
    if day is None:
        return _("Overdue")
    text = formats.day(day, weekday=True)
    if day == today:
        return _("Today, %(day)s", day=text)
    return _("Tomorrow, %(day)s", day=text) if day == today + timedelta(days=1) else text
