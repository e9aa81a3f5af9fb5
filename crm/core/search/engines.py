"""Sets of matches and conditions, in the SQL of either engine."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from crm.core.search.index import INDEXES, RECORD, VECTOR

QUERIES = tuple(sa.bindparam(name, type_=sa.String()) for name in ("exact_query", "match_query"))
"""Whole words before beginnings of words: reading the many that begin alike takes 15 ms in a million records."""
HIDDEN_QUERY = sa.select(QUERIES[1]).scalar_subquery()
"""A query whose words the planner of PostgreSQL doesn't see: of hundreds it expects half of the table, and reads it."""
KEYS: Any = sa.bindparam("keys", type_=ARRAY(sa.Text()))
"""Keys of the name matcher, each as a query."""


def filter_matches(stmt: sa.Select[Any], match_query: Any, kind: str, *, sqlite: bool) -> sa.Select[Any]:
    """Limit a statement on the record table alone to the records of a kind that match."""
    if sqlite:
        return stmt.where(RECORD.c.id.in_(match_set(match_query, kind, sqlite=True)))
    # All conditions are inside the set, whose rows come one by one: with a LIMIT no more are read.
    vector_matches = stmt.where(match_vector(match_query, kind)).cte().prefix_with("MATERIALIZED")
    return sa.select(*vector_matches.c)


def stream_matches(stmt: sa.Select[Any], match_query: Any, kind: str, *, sqlite: bool) -> sa.Select[Any]:
    """Limit a statement on the record table alone to the records of a kind that match, found one by one.

    With a LIMIT no more are read.
    """
    if not sqlite:
        return filter_matches(stmt, match_query, kind, sqlite=False)
    # A set, as lists have it, would be computed whole.
    index = sa.table(INDEXES[kind], sa.column("rowid", sa.Integer))
    matches = sa.literal_column(INDEXES[kind]).bool_op("MATCH")(match_query)
    return stmt.join_from(index, RECORD, RECORD.c.id == index.c.rowid).where(matches)


def match_any_key(stmt: sa.Select[Any], kind: str) -> sa.Select[Any]:
    """Limit a statement on the record table to the records of a kind that have one of `KEYS`; PostgreSQL only.

    Each key is looked up by itself: of many in one query the planner expects half of the table, and reads all of it.
    """
    keys = sa.func.unnest(KEYS).table_valued("key", name="keys").render_derived()
    one = sa.select(RECORD.c.id).where(match_vector(keys.c.key, kind)).lateral("owners")
    ids = sa.select(one.c.id).select_from(keys).join(one, sa.true()).cte().prefix_with("MATERIALIZED")
    return stmt.where(RECORD.c.id.in_(sa.select(ids.c.id)))


def match_set(match_query: Any, kind: str, *, sqlite: bool) -> sa.Select[Any]:
    """Return the ids of the records of a kind that match."""
    if sqlite:
        index = sa.table(INDEXES[kind], sa.column("rowid", sa.Integer))
        return sa.select(index.c.rowid).where(sa.literal_column(INDEXES[kind]).bool_op("MATCH")(match_query))
    # Materialized, or the planner may walk the sort index and check each row.
    first = sa.select(RECORD.c.id).where(match_vector(match_query, kind)).cte().prefix_with("MATERIALIZED")
    return sa.select(first.c.id)


def select_newest(kind: str, limit: int, *, sqlite: bool) -> sa.CTE:
    """Return the ids of the newest records of a kind that match `QUERIES`; which of them are visible isn't checked."""
    parts = []
    for match_query in QUERIES:
        if sqlite:
            # FTS5 reads its rows from the end.
            matches = match_set(match_query, kind, sqlite=True).order_by(sa.literal_column("rowid").desc())
        else:
            # The planner expects many matches of the beginning of a word and would walk the table from its end, which
            # takes seconds for a rare one. No index has the order of a sum.
            matches = sa.select(RECORD.c.id).where(match_vector(match_query, kind)).order_by((RECORD.c.id + 0).desc())
        parts.append(sa.select(matches.limit(limit).subquery()))
    return sa.union_all(*parts).limit(limit).cte(f"newest_{kind}").prefix_with("MATERIALIZED")


def match_vector(match_query: Any, kind: str) -> sa.ColumnElement[bool]:
    """Return the condition of PostgreSQL that a record is of a kind and matches."""
    vector: sa.ColumnElement[Any] = sa.literal_column(VECTOR.replace("(tokens", "(record.tokens"))
    # The kind is a literal in the statement, or a generic plan would not use the partial index of one kind.
    of_kind = RECORD.c.kind == sa.literal_column(f"'{kind}'")
    return sa.and_(of_kind, vector.bool_op("@@")(sa.cast(match_query, TSQUERY)))
