"""Conditions for follow-ups that lists, Today, the digest and the reports share."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from crm.calendars import day_bounds
from crm.core.data.access import AccessProfile, start_of_today, today_of
from crm.core.policy import Actor

from .enums import FollowUpSide, FollowUpState
from .models import FollowUp

Condition = sa.ColumnElement[bool]
OWED = (FollowUpSide.we, FollowUpSide.they)
"""The sides that owe something. Nobody owes an idea: it is never overdue."""


def is_due_before(day: Any, starts_at: Any, row: Any = FollowUp) -> Condition:
    """Return the condition for follow-ups that are due before a day, which begins at a moment for the viewer.

    One with a time counts on the viewer's day: 9 AM of Wednesday in Shanghai is Tuesday in Los Angeles. The dates of
    all are on that day or before, so they are found by the index.
    """
    # With "or", SQLite would look for all without a time by the index of times.
    return sa.and_(row.due_on <= day, sa.func.coalesce(row.due_at < starts_at, row.due_on < day))


def is_due_from(day: date, zone: str) -> Condition:
    """Return the condition for follow-ups that are due on a day or later in the viewer's zone."""
    is_earlier = is_due_before(day, day_bounds(day, zone)[0])
    return sa.and_(FollowUp.due_on >= day - timedelta(days=1), sa.not_(is_earlier))


def is_due_until(day: date, zone: str) -> Condition:
    """Return the condition for follow-ups that are due on a day or before in the viewer's zone."""
    return is_due_before(day + timedelta(days=1), day_bounds(day, zone)[1])


def is_overdue(viewer: Actor | AccessProfile) -> Condition:
    """Return the condition for open follow-ups that someone owes since a day before the viewer's today.

    One with a time counts on the viewer's day. The caller adds who may see them and who is responsible.
    """
    return is_overdue_on(today_of(viewer), start_of_today(viewer))


def is_overdue_on(day: Any, starts_at: Any) -> Condition:
    """Return the condition for open follow-ups that are overdue on a day, which begins at a moment for the viewer."""
    return sa.and_(
        FollowUp.state == FollowUpState.open,
        is_due_before(day, starts_at),
        FollowUp.side.in_(OWED),
        FollowUp.archived_at.is_(None),
    )
