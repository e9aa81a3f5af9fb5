"""Counting the rows of a list, up to a limit."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.base import fetch
from crm.core.lists.declare import Listing
from crm.core.lists.query import build_index_query
from crm.core.lists.state import ListState
from crm.core.policy import Actor

CAP = 1000


class ListCount(NamedTuple):
    """How many rows a list has, at most CAP + 1, how many of these are confidential, and the sums of its columns."""

    total: int
    confidential: int
    sums: dict[str, Any]

    @property
    def is_capped(self) -> bool:
        """Whether there are more rows than were counted."""
        return self.total > CAP


def count(stmt: sa.Select[Any], listing: Listing, actor: Actor, state: ListState) -> ListCount:
    """Count the rows, at most CAP + 1, and sum the listing's columns over them; one statement."""
    short = build_index_query(listing, actor, state)
    if short is not None and not listing.sums:
        total, confidential = fetch(build_count(short))[0]
        return ListCount(total, confidential or 0, {})
    summed = [c for c in listing.cols_for(actor) if c.name in listing.sums and c.sql is not None]
    parts = [listing.row_id.label("row_id"), *(c.sql.label(c.name) for c in summed)]
    if has_confidential(listing):
        parts.append(listing.confidential.label("confidential"))
    counted = stmt.with_only_columns(*parts, maintain_column_froms=True)
    total, confidential, *values = fetch(build_count(counted, *(c.name for c in summed)))[0]
    by_name = {} if total > CAP else dict(zip([c.name for c in summed], values, strict=True))
    return ListCount(total, confidential or 0, by_name)


def build_count(stmt: sa.Select[Any], *summed: str) -> sa.Select[Any]:
    """Return the number of rows, at most CAP + 1, the number of confidential ones, and the sums of columns."""
    capped = stmt.limit(CAP + 1).subquery()
    is_any = "confidential" in capped.c
    confidential = sa.func.sum(sa.case((capped.c.confidential, 1), else_=0)) if is_any else sa.literal(0)
    sums = [sa.func.sum(capped.c[name]) for name in summed]
    return sa.select(sa.func.count(), confidential, *sums).select_from(capped)


def count_confidential(stmt: sa.Select[Any], listing: Listing) -> int:
    """Return how many rows of `build_filtered` are confidential."""
    ids = stmt.where(listing.confidential).with_only_columns(listing.row_id, maintain_column_froms=True)
    return int(fetch(sa.select(sa.func.count()).select_from(ids.subquery()))[0][0])


def has_confidential(listing: Listing) -> bool:
    """Return whether rows of the list can be confidential; files don't contain those."""
    return listing.confidential is not None
