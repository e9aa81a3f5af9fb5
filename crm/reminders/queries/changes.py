"""Which facts of a record changed since a moment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import Instant
from crm.core.data.history import Change

LAST_MOMENT = datetime(9999, 12, 31, tzinfo=UTC)
"""Limits what happened since a moment: of a range with two limits PostgreSQL expects few rows even before it knows
their values, of one with a single limit a third of the table. The plan that it keeps for all values is then good enough
to plan the long statements of Today only once.
"""


def has_changed(record_id: Any, *names: str, table: str | None = None, row_id: Any = None) -> sa.ColumnElement[bool]:
    """Return the condition that one of these columns of a record was set since the parameter `since`.

    With `table` only in its rows, with `row_id` only in that one.
    """
    diff = sa.cast(Change.diff, sa.Text)
    return (
        sa.exists()
        .where(Change.root_id == record_id, Change.at >= sa.bindparam("since", type_=Instant))
        .where(sa.or_(*(diff.contains(f'"{name}"') for name in names)))
        .where(sa.true() if table is None else Change.table == table)
        .where(sa.true() if row_id is None else Change.row_id == sa.cast(row_id, sa.String))
        .correlate_except(Change)
    )
