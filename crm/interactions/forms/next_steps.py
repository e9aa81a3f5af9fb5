"""The follow-ups of the log form and of an inquiry: their values, due dates, and open ones that they would repeat."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import g

from crm.calendars import Workplace
from crm.core import clock
from crm.core.forms.pickers import PickField
from crm.core.words import _
from crm.followups.days import day_off
from crm.followups.enums import Side
from crm.followups.policy import FollowUpFacts
from crm.followups.queries import ToDo, find_similar

from .rows import FollowUpSubform


def due_problem(row: FollowUpSubform, places: Sequence[Workplace], *, is_confirmed: bool) -> str | None:
    """Return the error of a due date: missing, or a day off here or at one of the places; None if it is fine."""
    if not row.title.data or row.due_on.errors:
        return None
    if row.due_on.data is None:
        return _("Enter a due date.")
    return None if is_confirmed else day_off(g.actor, row.due_on.data, row.due_time.data, places=places)


def mark_similar(
    rows: Iterable[Any], pickers: Iterable[PickField], *, uid: str | None, closing: Collection[int] = ()
) -> list[ToDo]:
    """Set an error on the title of each new follow-up that seems to be an open one; return the open ones.

    `rows` have the fields title and due_on, and side unless we owe it. `pickers` name the records they are about.
    """
    about = frozenset((record.kind, record.id) for picker in pickers for record in picker.records)
    new_rows = [row for row in rows if row.title.data and row.due_on.data]
    planned = [
        FollowUpFacts(row.title.data, row.side.data if "side" in row else Side.we, row.due_on.data, about)
        for row in new_rows
    ]
    matches = find_similar(g.actor, planned, clock.today(g.actor.zone), uid=uid, closing=closing)
    for row, todos in zip(new_rows, matches, strict=True):
        if todos and not row.title.errors:
            row.title.errors = [_("Clear this if it's the open follow-up below, or save anyway.")]
    return list({todo.id: todo for todos in matches for todo in todos}.values())


def list_values(rows: Iterable[FollowUpSubform]) -> Iterator[dict[str, Any]]:
    """Yield the values of each new follow-up for the services."""
    for row in rows:
        if not row.title.data:
            continue
        day, hour = row.due_on.data, row.due_time.data
        due = {"due_wall": datetime.combine(day, hour)} if hour else {"due_on": day}
        yield {
            "title": row.title.data,
            "side": row.side.data,
            "zone": g.actor.zone,
            "counselor_id": row.counselor_id.data,
            **due,
        }
