"""An item with a time whose reminder the user can move: a follow-up, a planned interaction, a meeting at a show."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record, get_visible
from crm.core.errors import NotFound
from crm.core.policy import Actor
from crm.followups.models import FollowUp
from crm.interactions.models import Interaction, InteractionStaff
from crm.shows.models import MeetingStaff
from crm.shows.queries import get_meeting

from .show_meetings import list_own_meetings


class TimedItem(NamedTuple):
    """What is reminded of, its page, and its moment; None without a time. `is_own`: its emails go to the actor."""

    title: str
    path: str
    at: datetime | None
    zone: str
    is_own: bool


def load_timed_item(actor: Actor, record_id: int) -> TimedItem:
    """Return a follow-up or an interaction. Raises NotFound for other records, and for what the actor can't see."""
    kind = get_visible(Record, actor, record_id).kind
    if kind == "followup":
        follow_up = get_visible(FollowUp, actor, record_id)
        is_own = follow_up.counselor_id == actor.id
        return TimedItem(follow_up.title, f"/followups/{record_id}", follow_up.due_at, follow_up.zone, is_own)
    if kind != "interaction":
        raise NotFound
    row = get_visible(Interaction, actor, record_id)
    part = InteractionStaff
    attends = sa.select(sa.exists().where(part.interaction_id == row.id, part.user_id == actor.id))
    moment = row.at if row.time_known else None
    return TimedItem(row.subject, f"/interactions/{record_id}", moment, row.zone, bool(db.session.scalar(attends)))


def load_timed_meeting(actor: Actor, meeting_id: int) -> TimedItem:
    """Return a meeting at a show. Raises NotFound for one that the actor can't see."""
    row = get_meeting(actor, meeting_id)
    attends = sa.select(sa.exists().where(MeetingStaff.meeting_id == row.id, MeetingStaff.user_id == actor.id))
    is_own = bool(db.session.scalar(attends))
    own = (
        [one for one in list_own_meetings(actor, row.at, row.at + timedelta(minutes=1)) if one.id == row.id]
        if is_own
        else []
    )
    path = f"/shows/{row.show_id}/day?on={row.wall.date().isoformat()}"
    return TimedItem(own[0].title if own else "", path, row.at, row.zone, is_own)
