"""Conditions for follow-ups that lists, Today, the digest and the reports share."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, today_of
from crm.core.policy import Actor

from .enums import FollowUpState, Side
from .models import FollowUp

Condition = sa.ColumnElement[bool]
OWED = (Side.we, Side.they)
"""The sides that owe something. Nobody owes an idea: it is never overdue."""


def is_overdue(viewer: Actor | AccessProfile) -> Condition:
    """Return the condition for open follow-ups that someone owes since a day before the viewer's today.

    The caller adds who may see them and who is responsible.
    """
    return sa.and_(
        FollowUp.state == FollowUpState.open,
        FollowUp.due_on < today_of(viewer),
        FollowUp.side.in_(OWED),
        FollowUp.archived_at.is_(None),
    )
