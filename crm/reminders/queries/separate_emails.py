"""Follow-ups that get a separate email: those without one yet, and whether one has it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import db, fetch
from crm.core.data.record import counseled_by, visible
from crm.core.policy import ReminderChoice
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.reminders.models import Cover, Reminder
from crm.reminders.policy import MAX_OFFSET, subject_of

from .covers import was_on
from .readers import Reader
from .sent import is_valid_reminder, occurrence_of, occurrence_of_day, occurrence_of_moment

KIND_CODE = "followup_due"


class TimedFollowUp(NamedTuple):
    """An open follow-up with a time, and what the right to see it depends on."""

    id: int
    due_at: datetime
    team_id: int | None
    confidential: bool
    counselor_id: int


def list_timed_follow_ups(readers: Collection[Reader], now: datetime) -> list[TimedFollowUp]:
    """Return the follow-ups with a time, due up to the longest offset from now, about which readers get no email yet.

    Whether they may see them isn't checked.
    """
    timed_ids = [reader.actor.id for reader in readers if reader.choice is not ReminderChoice.digest]
    separate = sa.and_(FollowUp.mail_alone, FollowUp.counselor_id.in_([reader.actor.id for reader in readers]))
    stmt = (
        sa.select(FollowUp.id, FollowUp.due_at, FollowUp.team_id, FollowUp.confidential, FollowUp.counselor_id)
        .where(FollowUp.state == FollowUpState.open, FollowUp.archived_at.is_(None))
        .where(FollowUp.due_at <= now + MAX_OFFSET)
        .where(sa.or_(FollowUp.counselor_id.in_(timed_ids), separate))
        .where(sa.not_(_has_reminder(occurrence_of_moment(FollowUp.due_at))))
        .order_by(FollowUp.due_at, FollowUp.id)
    )
    rows: Any = db.session.execute(stmt)
    return [TimedFollowUp(*row) for row in rows]


def list_dated_follow_ups(reader: Reader, until: date) -> list[tuple[int, date]]:
    """Return id and day of a reader's follow-ups without a time, due up to a day and without an email for it."""
    stmt = (
        sa.select(FollowUp.id, FollowUp.due_on)
        .where(FollowUp.state == FollowUpState.open, FollowUp.due_at.is_(None), FollowUp.due_on <= until)
        .where(counseled_by(reader.actor.id, FollowUp), FollowUp.archived_at.is_(None))
        .where(visible(reader.actor, FollowUp), sa.not_(_has_reminder(occurrence_of_day(FollowUp.due_on))))
        .order_by(FollowUp.due_on, FollowUp.id)
    )
    if reader.choice is not ReminderChoice.all:
        stmt = stmt.where(FollowUp.mail_alone)
    return [(id, day) for id, day in db.session.execute(stmt)]


def was_reminded(row: FollowUp) -> bool:
    """Return whether the counselor got the separate email of a follow-up."""
    is_sent = _has_reminder(sa.literal(follow_up_occurrence(row)))
    return db.session.scalar(sa.select(FollowUp.id).where(FollowUp.id == row.id, is_sent)) is not None


def follow_up_occurrence(row: Any) -> str:
    """Return the name of the occurrence of a follow-up, or of a row with its two due columns."""
    return occurrence_of(row.due_at) if row.due_at else str(row.due_on.isoformat())


def list_separately_sent(user_id: int | None, since: datetime) -> set[int]:
    """Return the follow-ups that a user got a separate email about since a moment; one statement."""
    stmt = sa.select(Reminder.record_id).where(
        Reminder.kind == KIND_CODE,
        Reminder.user_id == user_id,
        Reminder.at >= since,
        is_valid_reminder(),
    )
    return {record_id for (record_id,) in fetch(stmt) if record_id is not None}


def _has_reminder(occurrence: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether the counselor has this reminder already; in the same statement, however many are overdue."""
    to_colleague = sa.exists().where(
        Cover.user_id == FollowUp.counselor_id, Cover.colleague_id == Reminder.user_id, was_on(Reminder.at)
    )
    return sa.exists().where(
        Reminder.kind == KIND_CODE,
        Reminder.subject_key == sa.literal(subject_of("")) + sa.cast(FollowUp.id, sa.String(20)),
        sa.or_(Reminder.user_id == FollowUp.counselor_id, to_colleague),
        Reminder.occurrence == occurrence,
        is_valid_reminder(),
    )
