"""Change one field of many shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.bulk_changes import set_columns
from crm.core.errors import Invalid
from crm.core.policy import Actor

from .derived import derive_columns
from .models import Show, ShowMeeting
from .times import check_days, check_meeting_day

DAYS = frozenset({"starts_on", "ends_on"})
NAMED_BY = frozenset({"city", "venue"})


def change_shows(_actor: Actor, ids: Sequence[int], values: Mapping[str, Any]) -> dict[int, str]:
    """Set columns of many shows, not their names or zones. Returns why some can't have these dates, by id."""
    refused = _refuse_dates(ids, values) if DAYS & values.keys() else {}
    allowed = [i for i in ids if i not in refused]
    set_columns(db.session(), Show, allowed, values, derive_columns if NAMED_BY & values.keys() else None)
    return refused


def _refuse_dates(ids: Sequence[int], values: Mapping[str, Any]) -> dict[int, str]:
    stmt = sa.select(Show.id, Show.starts_on, Show.ends_on).where(Show.id.in_(ids))
    days = {i: {"starts_on": first, "ends_on": last, **values} for i, first, last in db.session.execute(stmt)}
    meetings = sa.select(ShowMeeting.show_id, ShowMeeting.state, ShowMeeting.wall).where(ShowMeeting.show_id.in_(ids))
    refused: dict[int, str] = {}
    for show_id, show_days in days.items():
        try:
            check_days(**show_days)
        except Invalid as problem:
            refused[show_id] = str(problem)
    for meeting in db.session.execute(meetings):
        try:
            check_meeting_day(meeting, **days[meeting.show_id])
        except Invalid as problem:
            refused.setdefault(meeting.show_id, str(problem))
    return refused
