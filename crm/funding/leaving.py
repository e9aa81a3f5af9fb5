"""Awards whose reports a user who leaves prepares go to the new owner, so that their reminders arrive."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User, load_actor
from crm.core.hooks import USER_PARTS, UserPart
from crm.core.policy import can
from crm.core.words import _l

from .models import Award


def _count(user_id: int) -> int:
    stmt = sa.select(sa.func.count()).select_from(Award).where(Award.responsible_id == user_id)
    return db.session.scalar(stmt) or 0


def _reassign(old: User, new_owner: User) -> int:
    """Make the new owner responsible, if that user sees awards; return how many awards were reassigned."""
    if not can(load_actor(new_owner), "award:see"):
        return 0
    rows = db.session.scalars(sa.select(Award).where(Award.responsible_id == old.id)).all()
    for row in rows:
        row.responsible_id = new_owner.id
    db.session.flush()
    return len(rows)


USER_PARTS.append(UserPart(_l("Awards to report on"), _count, _reassign, is_personal=True))
