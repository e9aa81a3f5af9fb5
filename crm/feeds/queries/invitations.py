"""Which invitations may need an update."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from crm.core.data.record import Record
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionState
from crm.invitations.models import CalendarInvitation
from crm.reminders.policy import subject_of, subject_of_meeting
from crm.reminders.queries.show_meetings import OPEN
from crm.shows.models import ShowMeeting

RECORDS, MEETINGS = (key.removesuffix("0") for key in (subject_of(0), subject_of_meeting(0)))
"""What the keys of interactions and of meetings begin with."""


def select_current(now: datetime) -> sa.Select[int]:
    """Return the statement for the invitations that end after a moment, or whose appointment was moved to after it.

    A past appointment is often rescheduled days later, when the digest asks whether it happened. Canceled invitations
    are left out, unless their appointment is planned again.
    """
    table, record = Interaction.__table__, Record.__table__
    former, new = table.alias("former_interaction"), table.alias("new_interaction")
    is_planned = sa.and_(new.c.at > now, new.c.state == InteractionState.planned, record.c.archived_at.is_(None))
    planned = sa.join(new, record, record.c.id == new.c.id)
    moved = sa.select(new.c.id).select_from(planned).where(is_planned)
    rescheduled = sa.select(former.c.id).select_from(planned.join(former, new.c.id == former.c.rescheduled_to_id))
    ids = sa.union_all(moved, rescheduled.where(is_planned))
    meeting_ids = sa.select(ShowMeeting.id).where(ShowMeeting.at > now, ShowMeeting.state.in_(OPEN))
    keys = [
        sa.select(sa.literal(prefix) + sa.cast(column, sa.String(20)))
        for prefix, column in ((RECORDS, ids.subquery().c.id), (MEETINGS, meeting_ids.subquery().c.id))
    ]
    V = CalendarInvitation  # noqa: N806 - read several times below
    is_to_come = sa.and_(V.canceled_at.is_(None), V.ends_at > now)
    return sa.select(V.id).where(sa.or_(is_to_come, *(V.subject_key.in_(key) for key in keys))).order_by(V.id)
