"""Questions about users, teams and sessions."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from crm.core.db import db
from crm.core.identity import User


def active_emails(among: Collection[str]) -> set[str]:
    """Which of these addresses belong to users who may sign in."""
    return set(db.session.scalars(sa.select(User.email).where(User.email.in_(among), User.active)))
