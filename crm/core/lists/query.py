"""From a list state to rows: conditions, order, keyset pages, a capped count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from crm.core.data.access import AccessProfile
from crm.core.data.base import fetch
from crm.core.data.engines import on_sqlite
from crm.core.data.record import Record, visible
from crm.core.errors import BadRequest
from crm.core.lists.declare import Col, Filter, Listing
from crm.core.lists.state import ListState, refuse
from crm.core.policy import Actor
from crm.core.search import search
from crm.core.search.index import KINDS, RECORD


class Rows(NamedTuple):
    """The rows of a page (id, column parts, sort key) in order, and whether there are more before and after."""

    rows: Sequence[sa.Row[Any]]
    more_after: bool
    more_before: bool


def build_filtered(listing: Listing, actor: Actor, state: ListState, *, popular: bool = False) -> sa.Select[Any]:
    """Return the filtered rows, without columns or order.

    A `popular` word has too many matches to sort: rows are walked in list order and each is looked up in the matches.
    """
    stmt = build_unfiltered(listing, actor, state)
    for f in listing.filters_for(actor):
        if f.name in state.values:
            stmt = stmt.where(_condition(f, state.values[f.name], actor))
    for group in state.groups:
        stmt = stmt.where(group.grouping.build_condition(listing.row_id, group.key, actor))
    if state.q:
        stmt = stmt.where(_search(listing, state.q, popular=popular))
    if state.ids:
        stmt = stmt.where(listing.row_id.in_(state.ids))
    return stmt


def build_unfiltered(listing: Listing, viewer: Actor | AccessProfile, state: ListState) -> sa.Select[Any]:
    """Return all rows that the viewer may see, without columns or order; archived ones only if they are filtered."""
    stmt = listing.base(viewer)
    if listing.is_of_records and listing.entity is not Record and _walks_records(state):
        # List indexes begin with the kind, which the join alone does not fix. Where another table's index gives the
        # order, this condition would keep the planner from using it.
        of_kind = RECORD.c.kind == listing.kind
        stmt = stmt.where(_few(of_kind) if on_sqlite() and not state.is_filtered else of_kind)
    if listing.has_archive and "archived" not in state.values:
        stmt = stmt.where(listing.entity.archived_at.is_(None))
    return stmt


def _few(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Tell SQLite that few records fulfill the condition: it ignores that a page ends after fifty of them.

    It would rather sort all rows of a small table than walk the index of records in order.
    """
    return sa.func.likelihood(condition, sa.literal_column("0.00001"))


def select_ids(listing: Listing, actor: Actor, state: ListState, most: int) -> list[int]:
    """Return the ids of at most so many filtered rows, in the order of the list."""
    stmt = build_filtered(listing, actor, state).with_only_columns(listing.row_id, maintain_column_froms=True)
    return [row[0] for row in fetch(ordered(stmt, listing, state).limit(most))]


def _walks_records(state: ListState) -> bool:
    """Return whether the order is that of a column that all records have."""
    key: Any = state.col.key
    parts = visitors.iterate(key.__clause_element__() if hasattr(key, "__clause_element__") else key)
    return any(getattr(getattr(part, "table", None), "name", None) == Record.__tablename__ for part in parts)


def _condition(f: Filter, value: Any, actor: Actor) -> Any:
    try:
        return f.where(value, actor) if f.takes_actor else f.where(value)
    except (ValueError, LookupError) as error:
        if isinstance(error, BadRequest):
            raise
        raise refuse(str(value)) from error


def _search(listing: Listing, text: str, *, popular: bool) -> Any:
    if callable(listing.search):
        return listing.search(text)
    if listing.is_of_records:
        kinds = (listing.kind,) if listing.kind else KINDS
        return search.matching(text, listing.row_id, kinds, popular=popular)
    raise refuse("q")


def build_index_query(listing: Listing, actor: Actor, state: ListState) -> sa.Select[Any] | None:
    """Return the filtered ids and sort keys from the record table alone; None when other tables are needed."""
    if not listing.whole or state.values or state.ids or state.groups:
        return None
    if state.q:
        return search.filter_matching(_select_index(actor), state.q, str(listing.kind))
    return select_all_by_index(listing, actor)


def select_all_by_index(listing: Listing, viewer: Actor | AccessProfile) -> sa.Select[Any]:
    """Return the ids and sort keys of all rows of a `whole` list from the record table alone."""
    # In the order of the index with all of these columns, or the planner may choose another index.
    return _select_index(viewer).where(RECORD.c.kind == listing.kind).order_by(RECORD.c.sort_key, RECORD.c.id)


def _select_index(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    columns_of_index = (RECORD.c.id, RECORD.c.sort_key, RECORD.c.confidential)
    return sa.select(*columns_of_index).where(visible(viewer), RECORD.c.archived_at.is_(None))


def build_matches_first(listing: Listing, actor: Actor, state: ListState) -> sa.Select[Any] | None:
    """Return what `build_filtered` returns, but with the page's rows found before any join.

    For PostgreSQL, which would join all records of the kind before searching. None where it does not apply.
    """
    stmt = build_index_query(listing, actor, state) if state.q and not on_sqlite() else None
    if stmt is None or state.col.key is not listing.entity.sort_key:
        return None
    matching = stmt.subquery()
    picked = _segments(sa.select(matching.c.id), matching.c.id, matching.c.sort_key, state)[0].limit(
        listing.per_page + 1
    )
    return build_filtered(listing, actor, replace(state, q="")).where(RECORD.c.id.in_(picked))


def columns(listing: Listing, cols: Sequence[Col]) -> list[Any]:
    """Return the id and every part of the columns, each with its own label (two parts may be the same expression)."""
    parts = [p for c in cols for p in c.parts]
    return [listing.row_id.label("row_id"), *(p.label(f"c{i}") for i, p in enumerate(parts))]


def rows(stmt: sa.Select[Any], listing: Listing, state: ListState, cols: Sequence[Col]) -> Rows:
    """Load one page of `build_filtered`: one statement.

    A second only where the sort column changes from values to NULL.
    """
    page_rows: list[sa.Row[Any]] = []
    for segment in build_segments(stmt, listing, state, cols):
        page_rows += fetch(segment.limit(listing.per_page + 1 - len(page_rows)))
        if len(page_rows) > listing.per_page:
            break
    return cut_page(page_rows, listing, state)


def build_segments(
    stmt: sa.Select[Any], listing: Listing, state: ListState, cols: Sequence[Col]
) -> list[sa.Select[Any]]:
    """Return the statements of a page with columns and order; the rows of the second follow those of the first."""
    key = state.col.key
    parts = [*columns(listing, cols), key.label("sort_key_")]
    whole: sa.Select[Any] = stmt.with_only_columns(*parts, maintain_column_froms=True)
    return _segments(whole, _id_beside(listing, key), key, state)


def cut_page(page_rows: Sequence[sa.Row[Any]], listing: Listing, state: ListState) -> Rows:
    """Return the rows of a page, of which one more was loaded if there are more."""
    back = state.after is not None and state.after.back
    more = len(page_rows) > listing.per_page
    page_rows = page_rows[: listing.per_page]
    if back:
        return Rows(page_rows[::-1], more_after=True, more_before=more)
    return Rows(page_rows, more_after=more, more_before=state.after is not None)


def _id_beside(listing: Listing, key: Any) -> Any:
    """Return the id of a row in the table of the sort key: only then can an index with both find a position."""
    column = key.__clause_element__() if hasattr(key, "__clause_element__") else key
    entity: Any = listing.entity
    is_own = listing.is_of_records and getattr(column, "table", None) is entity.__table__
    return entity.__table__.c.id if is_own else listing.row_id


def _segments(stmt: sa.Select[Any], id: Any, key: Any, state: ListState) -> list[sa.Select[Any]]:
    """Return the statements whose rows, one after the other, are the list: rows with a sort key, then those without."""
    cursor = state.after
    back = cursor is not None and cursor.back
    down = state.descending != back
    order = (key.desc(), id.desc()) if down else (key.asc(), id.asc())
    with_key = stmt.order_by(*order)
    if cursor is not None and cursor.key is not None:
        position = sa.tuple_(_parameter(cursor.key, key.type), _parameter(cursor.id, sa.BigInteger))
        with_key = with_key.where(sa.tuple_(key, id) < position if down else sa.tuple_(key, id) > position)
    if not state.col.nulls_last:
        return [with_key]
    # SQLite needs a comparison to see that the outer join has found a row, and can then walk that table's index.
    with_key = with_key.where(key == key if on_sqlite() else key.is_not(None))  # noqa: PLR0124
    without = stmt.where(key.is_(None)).order_by(id.desc() if down else id.asc())
    if cursor is not None and cursor.key is None:
        last_id = _parameter(cursor.id, sa.BigInteger)
        without = without.where(id < last_id if down else id > last_id)
        return [without, with_key] if back else [without]
    return [with_key] if back and cursor is not None else [with_key, without]


def _parameter(value: Any, kind: Any) -> Any:
    return value if isinstance(value, sa.BindParameter) else sa.literal(value, kind)


def ordered(stmt: sa.Select[Any], listing: Listing, state: ListState) -> sa.Select[Any]:
    """Return all rows in the order of the pages."""
    key, id = state.col.key, listing.row_id
    nulls = [key.is_(None)] if state.col.nulls_last else []
    return stmt.order_by(*nulls, *((key.desc(), id.desc()) if state.descending else (key.asc(), id.asc())))
