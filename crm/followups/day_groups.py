"""Follow-ups of a list under their days: overdue ones together, then today, tomorrow and each later day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from operator import itemgetter
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


def group_by_day(to_dos: Sequence[ToDo], today: date, zone: str, *, descending: bool) -> list[DayGroup]:
    """Return the follow-ups by day; one with a time is on the day of the reader's zone.

    The list is sorted by the date in the zone of each follow-up, which may be the day after. Ideas aren't owed, so they
    are never overdue.
    """
    days = [(local_day(todo.due_at or todo.due_on, zone), todo) for todo in to_dos]
    groups: dict[str, list[ToDo]] = {}
    for day, todo in sorted(days, key=itemgetter(0), reverse=descending):
        groups.setdefault(_heading(todo, day, today), []).append(todo)
    return [DayGroup(heading, rows) for heading, rows in groups.items()]


def _heading(todo: ToDo, day: date, today: date) -> str:
    if todo.state is FollowUpState.open and day < today:
        return _("Ideas from earlier days") if todo.side is Side.idea else _("Overdue")
    text = formats.day(day, weekday=True)
    if day == today:
        return _("Today, %(day)s", day=text)
    return _("Tomorrow, %(day)s", day=text) if day == today + timedelta(days=1) else text
