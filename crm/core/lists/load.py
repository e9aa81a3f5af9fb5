"""Loading a page of a list: the number of all rows and the rows of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.engines import on_sqlite
from crm.core.lists import query
from crm.core.lists.count import ListCount, build_count, count
from crm.core.lists.cursor import Cursor
from crm.core.lists.declare import Col, Listing
from crm.core.lists.query import Rows
from crm.core.lists.state import ListState
from crm.core.policy import Actor


def load(listing: Listing, actor: Actor, state: ListState, cols: Sequence[Col]) -> tuple[ListCount, Rows]:
    """Count the rows and load a page: two statements, three where the sort column changes from values to NULL."""
    if _shows_all(listing, state):
        return _load_of_all(listing, actor, state, cols)
    stmt = query.build_filtered(listing, actor, state)
    counted = count(stmt, listing, actor, state)
    first = query.build_matches_first(listing, actor, state)
    if first is not None:
        stmt = first
    elif state.q and counted.is_capped:
        stmt = query.build_filtered(listing, actor, state, popular=True)
    return counted, query.rows(stmt, listing, state, cols)


def _shows_all(listing: Listing, state: ListState) -> bool:
    """Return whether a list shows all records of a kind, as when it is opened.

    Its statements are built once: building them is an eighth of the work for the page.
    """
    return listing.whole and not state.is_filtered and not listing.sums and not state.col.nulls_last


def _load_of_all(listing: Listing, actor: Actor, state: ListState, cols: Sequence[Col]) -> tuple[ListCount, Rows]:
    total, confidential = _count_all(actor, listing)[0]
    names, after = tuple(col.name for col in cols), state.after
    values = {"after_key": after.key, "after_id": after.id} if after else {}
    loaded = _rows_of_all(
        actor, listing, state.sort, names, after and after.back, on_sqlite(), most=listing.per_page + 1, **values
    )
    return ListCount(total, confidential or 0, {}), query.cut_page(loaded, listing, state)


@cached_query
def _count_all(profile: AccessProfile, listing: Listing) -> sa.Select[Any]:
    return build_count(query.select_all_by_index(listing, profile))


@cached_query
def _rows_of_all(
    profile: AccessProfile,
    listing: Listing,
    sort: str,
    names: tuple[str, ...],
    back: bool | None,  # noqa: FBT001 - None for the first page
    _sqlite: bool,  # noqa: FBT001 - the statements of the two databases differ
) -> sa.Select[Any]:
    state = ListState(listing, {}, {}, sort)
    if back is not None:
        key: Any = sa.bindparam("after_key", type_=state.col.key.type)
        position: Any = sa.bindparam("after_id", type_=sa.BigInteger)
        state = replace(state, after=Cursor(key, position, back))
    stmt = query.build_unfiltered(listing, profile, state)
    cols = [col for name in names if (col := listing.col(name))]
    return query.build_segments(stmt, listing, state, cols)[0].limit(sa.bindparam("most", type_=sa.Integer))
