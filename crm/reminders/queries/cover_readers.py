"""Whose reminders go to a colleague who covers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db, fetch
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.reminders.models import Reminder

from .covers import CoverRow, list_active_covers, list_all_covers
from .readers import Reader, readers
from .sent import is_valid_reminder

RECENT = timedelta(days=3)
"""Longer than any email can be due: from the largest offset before an appointment to its end."""


def may_see_record(actor: Actor, one: Any) -> bool:
    stmt = sa.select(Record.id).where(Record.id == one.record_id, visible(actor))
    return db.session.scalar(stmt) is not None


def pass_on(
    due: Sequence[Any],
    all_readers: Sequence[Reader],
    now: datetime,
    may_see: Callable[[Actor, Any], bool] = may_see_record,
    covers: Sequence[CoverRow] | None = None,
) -> list[Any]:
    """Return the emails of users who are away as those of the colleagues who cover, if these may see them.

    What counts is who covers at the moment when an email is sent: when it falls due, or now if it is late.
    """
    covers = list_all_covers(now) if covers is None else covers
    actors = {reader.actor.id: reader.actor for reader in all_readers}
    passed_on = []
    for one in due:
        moment = max(one.due_at, now)
        ids = [row.colleague_id for row in covers if row.user_id == one.user_id and row.is_on(moment)]
        colleague = actors.get(ids[0]) if ids else None
        is_visible = colleague is not None and may_see(colleague, one)
        passed_on.append(one._replace(user_id=colleague.id or 0) if colleague and is_visible else one)
    return passed_on


def list_passed_on(
    code: str, due: Sequence[Any], covers: Sequence[CoverRow], is_attended: sa.ColumnElement[bool]
) -> set[tuple[int, str, str]]:
    """Return the users, subject keys and occurrences of which colleagues were reminded while they covered.

    A colleague who attends was reminded for their own sake.
    """
    user_ids = {one.user_id for one in due}
    covers = [row for row in covers if row.user_id in user_ids]
    if not covers:
        return set()
    stmt = sa.select(Reminder.user_id, Reminder.subject_key, Reminder.occurrence, Reminder.at).where(
        Reminder.kind == code,
        Reminder.user_id.in_({row.colleague_id for row in covers}),
        Reminder.subject_key.in_({one.subject_key for one in due}),
        is_valid_reminder(),
        sa.not_(is_attended),
    )
    return {
        (row.user_id, key, occurrence)
        for colleague_id, key, occurrence, moment in fetch(stmt)
        for row in covers
        if row.colleague_id == colleague_id and row.is_on(moment)
    }


def covers_for(colleague_id: int | None, user_ids: Collection[int | None], moment: datetime) -> bool:
    """Return whether a colleague covers for one of the users at the moment when an email was made."""
    return bool(list_covered_names(colleague_id, user_ids, moment))


def list_covered_names(colleague_id: int | None, user_ids: Collection[int | None], moment: datetime) -> list[str]:
    """Return the names of those among the users for whom a colleague covers at a moment."""
    rows = list_active_covers(moment)
    return [row.user for row in rows if row.colleague_id == colleague_id and row.user_id in user_ids]


def list_covered_readers(colleague_id: int | None, moment: datetime) -> list[Reader]:
    """Return the users for whom a colleague covers at a moment."""
    ids = [row.user_id for row in list_active_covers(moment) if row.colleague_id == colleague_id]
    return readers(ids) if ids else []
