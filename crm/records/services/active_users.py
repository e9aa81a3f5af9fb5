"""Deactivated users keep their past work; nothing new is assigned to them."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.errors import Invalid
from crm.core.words import _


def check_active(user_ids: Collection[int], field: str) -> None:
    """Raise Invalid on `field` if one of these users is deactivated."""
    if not user_ids:
        return
    stmt = sa.select(User.name).where(User.id.in_(user_ids), sa.not_(User.active)).order_by(User.name, User.id)
    name = db.session.scalar(stmt.limit(1))
    if name is not None:
        raise Invalid(_("%(name)s is deactivated. Choose an active user.", name=name), field)


def is_active(user_id: int | None) -> bool:
    """Return whether this user exists and can be assigned records."""
    return user_id is not None and bool(db.session.scalar(sa.select(User.active).where(User.id == user_id)))
