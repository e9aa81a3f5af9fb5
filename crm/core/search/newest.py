"""The newest records of a kind that match, which a text finds among millions of interactions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm.core.data.record import Record
from crm.core.search.engines import QUERIES, beginnings, match_set, match_vector
from crm.core.search.frequent import FrequentWords
from crm.core.search.index import RECORD

NEWEST_FIRST = (RECORD.c.id + 0).desc()
"""No index has the order of a sum. PostgreSQL expects many matches of the beginning of a word, and would walk the table
from its end until it has enough, which takes seconds for a rare one."""
CANDIDATES = 200
"""How many of the newest matches are examined for visible ones."""
RECENT = 10_000
"""Enough of the newest records of a kind to find a frequent word."""


def select_newest(
    kind: str,
    limit: int,
    *conditions: sa.ColumnElement[bool],
    sqlite: bool,
    letters: int = 0,
    frequent: FrequentWords | None = None,
) -> sa.Subquery:
    """Return the ids of the newest records of a kind that match `QUERIES` and fulfill conditions on the record.

    Those with the whole words come first, then those with words that begin so, up to the limit. Of the matches only the
    newest CANDIDATES are examined. `letters` is the number of the words of `beginning_values`. With `frequent` words,
    PostgreSQL reads some records before its index of words.
    """
    exact_query, match_query = QUERIES
    select_parts = _select_at_once if sqlite else partial(_select_in_steps, frequent=frequent)
    exact_parts = select_parts(exact_query, kind, limit, *conditions, letters=letters)
    exact = _unite(*exact_parts).limit(limit).cte().prefix_with("MATERIALIZED")
    ids = sa.select(*exact.c)
    other_parts = select_parts(match_query, kind, limit, *conditions, RECORD.c.id.not_in(ids), letters=letters)
    return _unite(ids, *other_parts).limit(limit).subquery()


def _unite(*parts: sa.Select[Any]) -> sa.CompoundSelect[Any]:
    return sa.union_all(*(sa.select(part.subquery()) for part in parts))


def _select_at_once(
    match_query: Any, kind: str, limit: int, *conditions: sa.ColumnElement[bool], letters: int
) -> Iterator[sa.Select[Any]]:
    """Yield the statement of SQLite for the newest matches; FTS5 reads its rows from the end."""
    matches = match_set(match_query, kind, sqlite=True)
    row_id = matches.selected_columns.rowid
    if letters:
        matches = matches.where(sa.exists().where(RECORD.c.id == row_id, *beginnings(letters)))
    yield _fulfilling(matches.order_by(row_id.desc()), limit, *conditions)


def _fulfilling(matches: sa.Select[Any], limit: int, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Limit the newest of sorted matches to those that fulfill the conditions."""
    ids = matches.limit(CANDIDATES).cte().prefix_with("MATERIALIZED")
    stmt = sa.select(RECORD.c.id).where(RECORD.c.id.in_(sa.select(*ids.c)), *conditions)
    return stmt.order_by(NEWEST_FIRST).limit(limit)


def _select_in_steps(
    match_query: Any,
    kind: str,
    limit: int,
    *conditions: sa.ColumnElement[bool],
    letters: int,
    frequent: FrequentWords | None,
) -> Iterator[sa.Select[Any]]:
    """Yield statements for matches of frequent words among the last records, then among the newest, then older ones.

    PostgreSQL would visit all matches of a frequent word. It executes a statement only if those before it have too few
    rows.
    """
    if frequent is not None:
        last = frequent.limit_to_last(sa.select(RECORD.c.id), kind, RECORD.c.created_at, match_query)
        ids = sa.select(*last.where(*conditions).limit(limit).cte().prefix_with("MATERIALIZED").c)
        yield ids
        conditions = (*conditions, RECORD.c.id.not_in(ids))
    matches = sa.select(RECORD.c.id).where(match_vector(match_query, kind), *beginnings(letters))
    own_id = Record.__mapper__.polymorphic_map[kind].local_table.c.id
    first_id = sa.select(own_id).order_by(own_id.desc()).offset(RECENT).limit(1).scalar_subquery()
    last_id = sa.select(sa.func.max(own_id)).scalar_subquery()
    # With both ends the planner expects few rows and intersects both indexes.
    recent = matches.where(RECORD.c.id.between(sa.func.coalesce(first_id, 0), last_id), *conditions)
    yield recent.order_by(NEWEST_FIRST).limit(limit)
    # A sum again: with the index of ids, PostgreSQL intersected the matches with all older records.
    older = matches.where(RECORD.c.id + 0 < first_id)
    yield _fulfilling(older.order_by(NEWEST_FIRST), limit, *conditions)
