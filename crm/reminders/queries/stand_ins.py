"""Whose reminders go to a colleague who covers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import visible
from crm.core.policy import Actor
from crm.followups.models import FollowUp
from crm.reminders.models import Cover

from .covers import list_active_covers
from .readers import Reader


def pass_on(due: Sequence[Any], all_readers: Sequence[Reader], now: datetime) -> list[Any]:
    """Return the emails of users who are away as those of the colleagues who cover, if they may see the follow-ups."""
    covers = {row.user_id: row.colleague_id for row in list_active_covers(now)}
    actors = {reader.actor.id: reader.actor for reader in all_readers}
    passed_on = []
    for one in due:
        colleague = actors.get(covers.get(one.user_id))
        is_visible = colleague is not None and _may_see(colleague, one.record_id)
        passed_on.append(one._replace(user_id=colleague.id or 0) if colleague and is_visible else one)
    return passed_on


def _may_see(actor: Actor, record_id: int | None) -> bool:
    stmt = sa.select(FollowUp.id).where(FollowUp.id == record_id, visible(actor, FollowUp))
    return db.session.scalar(stmt) is not None


def covers_for(colleague_id: int | None, user_id: int | None) -> bool:
    """Return whether a colleague covers, or covered, for a user: an email that was passed on is still wanted."""
    stmt = sa.exists().where(Cover.user_id == user_id, Cover.colleague_id == colleague_id)
    return bool(db.session.scalar(sa.select(stmt)))
