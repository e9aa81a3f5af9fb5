"""Which invitations may need an update."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from crm.interactions.models import Interaction
from crm.invitations.models import CalendarInvitation
from crm.reminders.policy import subject_of, subject_of_meeting
from crm.shows.models import ShowMeeting

RECORDS, MEETINGS = (key.removesuffix("0") for key in (subject_of(0), subject_of_meeting(0)))
"""What the keys of interactions and of meetings begin with."""


def select_current(now: datetime) -> sa.Select[int]:
    """Return the statement for the invitations that end after a moment, or whose appointment was moved to after it.

    A past appointment is often rescheduled days later, when the digest asks whether it happened.
    """
    table = Interaction.__table__
    former, new = table.alias("former_interaction"), table.alias("new_interaction")
    moved = sa.select(new.c.id).where(new.c.at > now)
    rescheduled = sa.select(former.c.id).join(new, new.c.id == former.c.rescheduled_to_id).where(new.c.at > now)
    ids, meeting_ids = sa.union_all(moved, rescheduled), sa.select(ShowMeeting.id).where(ShowMeeting.at > now)
    keys = [
        sa.select(sa.literal(prefix) + sa.cast(column, sa.String(20)))
        for prefix, column in ((RECORDS, ids.subquery().c.id), (MEETINGS, meeting_ids.subquery().c.id))
    ]
    V = CalendarInvitation  # noqa: N806 - read several times below
    return sa.select(V.id).where(sa.or_(V.ends_at > now, *(V.subject_key.in_(key) for key in keys))).order_by(V.id)
