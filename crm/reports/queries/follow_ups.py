"""Open follow-ups by side, counselor and age."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.calendars import day_bounds
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select
from crm.core.data.identity import User
from crm.core.data.ordered_join import join_in_order
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.followups.conditions import OWED, is_due_before, is_due_from, is_due_until
from crm.followups.enums import FollowUpSide, FollowUpState
from crm.followups.models import FollowUp
from crm.reports.ages import FollowUpAge, due_days

from .scope import COUNSELOR, TEAMS, Scope, ScopeParts

FOLLOW_UP, RECORD = FollowUp.__table__, Record.__table__


class OpenFollowUps(NamedTuple):
    """The open follow-ups of one side, counselor and age; `oldest_on` is the earliest due date."""

    side: FollowUpSide
    counselor_id: int | None
    counselor: str | None
    age: FollowUpAge
    number: int
    oldest_on: date


def open_conditions(viewer: Actor | AccessProfile) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions for open follow-ups that someone owes and that are not confidential."""
    return (
        FollowUp.state == FollowUpState.open,
        FollowUp.side.in_(OWED),
        FollowUp.archived_at.is_(None),
        sa.not_(FollowUp.confidential),
        # Indexes of records begin with the kind.
        FollowUp.kind == "followup",
        visible(viewer, FollowUp),
    )


def is_of_age(age: FollowUpAge, today: date, zone: str) -> sa.ColumnElement[bool]:
    """Return the condition for follow-ups of an age on a day of a reader."""
    first, last = due_days(age, today)
    conditions = [is_due_from(first, zone)] if first else []
    return sa.and_(sa.true(), *conditions, *([is_due_until(last, zone)] if last else []))


def count_open_follow_ups(scope: Scope) -> list[OpenFollowUps]:
    """Count the open follow-ups by side, counselor and age."""
    days = {age.value: due_days(age, scope.day).first for age in FollowUpAge}
    starts = {f"from_{name}": day for name, day in days.items() if day}
    moments = {f"from_{name}_at": day_bounds(day, scope.actor.zone)[0] for name, day in days.items() if day}
    rows = scope.fetch(_open_follow_ups, **starts, **moments)
    return [OpenFollowUps._make((*row[:3], FollowUpAge.from_code(row[3]), *row[4:])) for row in rows]


@cached_query
def _open_follow_ups(viewer: AccessProfile, parts: ScopeParts) -> Select:
    row, record = FOLLOW_UP.c, RECORD.c
    limits: list[tuple[Any, str]] = [
        (sa.not_(_is_older_than(age)), age.value) for age in FollowUpAge if age.last is not None
    ]
    age = sa.case(*limits, else_=FollowUpAge.older.value).label("age")
    # Open ones are read from an index in the order of their ids, and only their records are looked up.
    rows = (
        sa.select(row.side, record.counselor_id, row.due_on, age)
        .select_from(join_in_order(FOLLOW_UP, (RECORD, record.id == row.id)))
        .where(row.state == FollowUpState.open, row.side.in_(OWED), record.archived_at.is_(None))
        .where(sa.not_(record.confidential), visible(viewer, record))
    )
    rows = rows.where(record.team_id.in_(TEAMS)) if parts.teams else rows
    rows = rows.where(record.counselor_id == COUNSELOR) if parts.counselor else rows
    open_row = rows.subquery().c
    keys = (open_row.side, open_row.counselor_id, User.name, open_row.age)
    return (
        sa.select(*keys, sa.func.count(), sa.func.min(open_row.due_on, type_=sa.Date))
        .outerjoin(User, User.id == open_row.counselor_id)
        .group_by(*keys)
        .order_by(User.name, open_row.counselor_id)
    )


def _is_older_than(age: FollowUpAge) -> sa.ColumnElement[bool]:
    day = sa.bindparam(f"from_{age.value}", type_=sa.Date)
    return is_due_before(day, sa.bindparam(f"from_{age.value}_at", type_=Instant), FOLLOW_UP.c)


def count_confidential_follow_ups(scope: Scope) -> int:
    """Count the open confidential follow-ups that the reader may see; they are in no other figure."""
    return int(scope.fetch(_select_confidential)[0][0])


@cached_query
def _select_confidential(viewer: AccessProfile, parts: ScopeParts) -> Select:
    stmt = sa.select(sa.func.count(FollowUp.id)).where(
        FollowUp.state == FollowUpState.open,
        FollowUp.side.in_(OWED),
        FollowUp.archived_at.is_(None),
        FollowUp.confidential,
        FollowUp.kind == "followup",
        visible(viewer, FollowUp),
    )
    stmt = stmt.where(FollowUp.team_id.in_(TEAMS)) if parts.teams else stmt
    return stmt.where(FollowUp.counselor_id == COUNSELOR) if parts.counselor else stmt
