"""Page positions in rows that are sorted by a moment and an id, newest first: where the next page continues."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

import sqlalchemy as sa

PagePosition: TypeAlias = tuple[datetime, int]
"""The moment and the id of the last row of a page."""


T = TypeVar("T")


def is_older(moment: Any, row_id: Any, position: PagePosition) -> sa.ColumnElement[bool]:
    """Return the condition of the rows after a position; `moment` and `row_id` are the columns they are sorted by."""
    last_moment, last_id = position
    return sa.or_(moment < last_moment, sa.and_(moment == last_moment, row_id < last_id))


def select_page(rows: Iterable[T], position: PagePosition | None, limit: int) -> list[T]:
    """Return the `limit` newest of rows that are already loaded, after a position. Rows have `at` and `id`."""
    older = [row for row in rows if position is None or _position_of(row) < position]
    return sorted(older, key=_position_of, reverse=True)[:limit]


def _position_of(row: Any) -> PagePosition:
    return row.at, row.id
