"""Which facts of a record changed since a moment."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.base import Instant
from crm.core.data.history import Change


def has_changed(record_id: Any, *names: str) -> sa.ColumnElement[bool]:
    """Return the condition that one of these columns of a record was set since the parameter `since`."""
    diff = sa.cast(Change.diff, sa.Text)
    return (
        sa.exists()
        .where(Change.root_id == record_id, Change.at >= sa.bindparam("since", type_=Instant))
        .where(sa.or_(*(diff.contains(f'"{name}"') for name in names)))
        .correlate_except(Change)
    )
