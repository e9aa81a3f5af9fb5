"""Locks of rows."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.base import db


def lock_row(cls: type[Any], row_id: int | None) -> None:
    """Wait for others who lock this row, until they commit. Rows that refer to it can be added meanwhile.

    On SQLite only one transaction writes at a time.
    """
    key = cls.__table__.c.id
    db.session.execute(sa.select(key).where(key == row_id).with_for_update(key_share=True))
