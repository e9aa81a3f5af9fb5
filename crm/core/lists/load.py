"""Loading a page of a list: the number of all rows and the rows of the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.engines import on_sqlite
from crm.core.lists import query
from crm.core.lists.count import ListCount, build_count, count
from crm.core.lists.declare import Col, Listing
from crm.core.lists.query import Rows
from crm.core.lists.state import ListState
from crm.core.policy import Actor


def load(listing: Listing, actor: Actor, state: ListState, cols: Sequence[Col]) -> tuple[ListCount, Rows]:
    """Count the rows and load a page: two statements, three where the sort column changes from values to NULL."""
    if _is_first_of_all(listing, state):
        total, confidential = _count_all(actor, listing)[0]
        names = tuple(col.name for col in cols)
        loaded = _first_rows(actor, listing, state.sort, names, on_sqlite(), most=listing.per_page + 1)
        return ListCount(total, confidential or 0, {}), query.cut_page(loaded, listing, state)
    stmt = query.build_filtered(listing, actor, state)
    counted = count(stmt, listing, actor, state)
    first = query.build_matches_first(listing, actor, state)
    if first is not None:
        stmt = first
    elif state.q and counted.is_capped:
        stmt = query.build_filtered(listing, actor, state, popular=True)
    return counted, query.rows(stmt, listing, state, cols)


def _is_first_of_all(listing: Listing, state: ListState) -> bool:
    """Return whether this is the first page of all records of a kind, as when a list is opened.

    Its statements are built once: building them is an eighth of the work for the page.
    """
    is_first = not state.is_filtered and state.after is None
    return is_first and listing.whole and not listing.sums and not state.col.nulls_last


@cached_query
def _count_all(profile: AccessProfile, listing: Listing) -> sa.Select[Any]:
    return build_count(query.select_all_by_index(listing, profile))


@cached_query
def _first_rows(
    profile: AccessProfile,
    listing: Listing,
    sort: str,
    names: tuple[str, ...],
    _sqlite: bool,  # noqa: FBT001 - the statements of the two databases differ
) -> sa.Select[Any]:
    state = ListState(listing, {}, {}, sort)
    stmt = query.build_unfiltered(listing, profile, state)
    cols = [col for name in names if (col := listing.col(name))]
    return query.build_segments(stmt, listing, state, cols)[0].limit(sa.bindparam("most", type_=sa.Integer))
