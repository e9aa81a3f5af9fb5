"""Rows of the tables."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db


def count(cls) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(cls.__table__))
