"""The waiting emails of a user who leaves."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.hooks import USER_PARTS, UserPart
from crm.core.words import _l
from crm.inbox.models import InboxMessage
from crm.inbox.policy import InboxOutcome


def _are_waiting(user_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(InboxMessage.user_id == user_id, InboxMessage.outcome == InboxOutcome.waiting)


def _count(user_id: int) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(_are_waiting(user_id))) or 0


def _reassign(old: User, new_owner: User) -> int:
    """Pass the emails that wait for a user on to the new owner of the records; return how many."""
    result: Any = db.session.execute(sa.update(InboxMessage).where(_are_waiting(old.id)).values(user_id=new_owner.id))
    return int(result.rowcount)


USER_PARTS.append(UserPart(_l("Incoming emails to log"), _count, _reassign, is_personal=True))
