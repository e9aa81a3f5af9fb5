"""Follow-ups of a list under their days: overdue ones together, then today, tomorrow and each later day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from crm.core.i18n import formats
from crm.core.words import _

from .enums import FollowUpState, Side
from .policy import local_day
from .queries import ToDo


class DayGroup(NamedTuple):
    """The follow-ups of one day, or the overdue ones, under their heading."""

    heading: str
    to_dos: list[ToDo]


def group_by_day(to_dos: Sequence[ToDo], today: date, zone: str) -> list[DayGroup]:
    """Return the follow-ups by day, in the order of the list; one with a time is on the day of the reader's zone.

    Ideas aren't owed, so they are never overdue.
    """
    groups: dict[str, list[ToDo]] = {}
    for todo in to_dos:
        groups.setdefault(_heading(todo, today, zone), []).append(todo)
    return [DayGroup(heading, rows) for heading, rows in groups.items()]


def _heading(todo: ToDo, today: date, zone: str) -> str:
    day = local_day(todo.due_at or todo.due_on, zone)
    if todo.state is FollowUpState.open and day < today:
        return _("Ideas from earlier days") if todo.side is Side.idea else _("Overdue")
    text = formats.day(day, weekday=True)
    if day == today:
        return _("Today, %(day)s", day=text)
    return _("Tomorrow, %(day)s", day=text) if day == today + timedelta(days=1) else text
