"""The follow-ups of the log form: their values and due dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import g

from crm.calendars import Workplace
from crm.core.words import _
from crm.followups.days import day_off

from .rows import FollowUpSubform


def due_problem(row: FollowUpSubform, places: Sequence[Workplace], *, is_confirmed: bool) -> str | None:
    """Return the error of a due date: missing, or a day off here or at one of the places; None if it is fine."""
    if not row.title.data or row.due_on.errors:
        return None
    if row.due_on.data is None:
        return _("Enter a due date.")
    return None if is_confirmed else day_off(g.actor, row.due_on.data, row.due_time.data, places=places)


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
