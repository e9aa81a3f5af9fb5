"""The waiting emails of a user who is deactivated."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.hooks import USER_REASSIGNED
from crm.inbox.models import InboxMessage
from crm.inbox.policy import InboxOutcome


def _reassign(old: User, new_owner: User) -> int:
    """Pass the emails that wait for a user who leaves on to the new owner of the records; return how many."""
    if old.disabled_at is None:
        return 0
    waiting = sa.and_(InboxMessage.user_id == old.id, InboxMessage.outcome == InboxOutcome.waiting)
    result: Any = db.session.execute(sa.update(InboxMessage).where(waiting).values(user_id=new_owner.id))
    return int(result.rowcount)


USER_REASSIGNED.append(_reassign)
