"""Change one field of many shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.bulk_changes import set_columns
from crm.core.errors import Invalid
from crm.core.policy import Actor

from .derived import derive_columns
from .models import Show, ShowMeeting
from .services import move_meetings
from .times import check_days, check_meeting_days

DAYS = frozenset({"starts_on", "ends_on"})
DERIVING = frozenset({"city", "venue", "country"})


def change_shows(_actor: Actor, ids: Sequence[int], values: Mapping[str, Any]) -> dict[int, str]:
    """Set columns of many shows, not their names; a new country brings its time zone.

    Returns why some can't have these dates, by id.
    """
    refused = _refuse_dates(ids, values) if DAYS & values.keys() else {}
    allowed = [i for i in ids if i not in refused]
    derive = partial(derive_columns, is_new_country="country" in values)
    zones = _load_zones(allowed)
    set_columns(db.session(), Show, allowed, values, derive if DERIVING & values.keys() else None)
    for show_id, zone in _load_zones(allowed).items() if "country" in values else ():
        if zone != zones[show_id]:
            move_meetings(db.session.get_one(Show, show_id))
    return refused


def _load_zones(ids: Sequence[int]) -> dict[int, str]:
    rows = db.session.execute(sa.select(Show.id, Show.zone).where(Show.id.in_(ids)))
    return {row.id: row.zone for row in rows}


def _refuse_dates(ids: Sequence[int], values: Mapping[str, Any]) -> dict[int, str]:
    stmt = sa.select(Show.id, Show.starts_on, Show.ends_on).where(Show.id.in_(ids))
    days = {i: {"starts_on": first, "ends_on": last, **values} for i, first, last in db.session.execute(stmt)}
    meetings = sa.select(ShowMeeting.show_id, ShowMeeting.state, ShowMeeting.wall).where(ShowMeeting.show_id.in_(ids))
    by_show: dict[int, list[Any]] = {i: [] for i in days}
    for meeting in db.session.execute(meetings):
        by_show[meeting.show_id].append(meeting)
    refused: dict[int, str] = {}
    for show_id, show_days in days.items():
        try:
            check_days(**show_days)
            check_meeting_days(by_show[show_id], **show_days)
        except Invalid as problem:
            refused[show_id] = str(problem)
    return refused
