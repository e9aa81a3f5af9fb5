"""Sets of matches and conditions, in the SQL of either engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

    With a LIMIT no more are read. SQLite finds the newest first, PostgreSQL has no order.
    """
    if not sqlite:
        return filter_matches(stmt, match_query, kind, sqlite=False)
    # A set, as lists have it, would be computed whole.
    index = sa.table(INDEXES[kind], sa.column("rowid", sa.Integer))
    matches = sa.literal_column(INDEXES[kind]).bool_op("MATCH")(match_query)
    return stmt.join_from(index, RECORD, RECORD.c.id == index.c.rowid).where(matches).order_by(index.c.rowid.desc())


def match_any_key(stmt: sa.Select[Any], kind: str) -> sa.Select[Any]:
    """Limit a statement on the record table to the records of a kind that have one of `KEYS`; PostgreSQL only.

    Each key is looked up by itself: of many in one query the planner expects half of the table, and reads all of it.
    """
    keys = sa.func.unnest(KEYS).table_valued("key", name="keys").render_derived()
    one = sa.select(RECORD.c.id).where(match_vector(keys.c.key, kind)).lateral("owners")
    ids = sa.select(one.c.id).select_from(keys).join(one, sa.true()).cte().prefix_with("MATERIALIZED")
    return stmt.where(RECORD.c.id.in_(sa.select(ids.c.id)))


def limit_streams(streams: Iterable[sa.Select[Any]], limit: int) -> sa.Select[Any]:
    """Return the rows of the first statement, then those of the next one, up to a limit. With enough rows none is read.

    A row can occur twice.
    """
    parts = (sa.select(stream.limit(limit).subquery()) for stream in streams)
    return sa.select(sa.union_all(*parts).limit(limit).subquery())


def match_set(match_query: Any, kind: str, *, sqlite: bool) -> sa.Select[Any]:
    """Return the ids of the records of a kind that match."""
    if sqlite:
        index = sa.table(INDEXES[kind], sa.column("rowid", sa.Integer))
        return sa.select(index.c.rowid).where(sa.literal_column(INDEXES[kind]).bool_op("MATCH")(match_query))
    # Materialized, or the planner may walk the sort index and check each row.
    first = sa.select(RECORD.c.id).where(match_vector(match_query, kind)).cte().prefix_with("MATERIALIZED")
    return sa.select(first.c.id)


def beginnings(count: int, end: str = "") -> list[sa.ColumnElement[bool]]:
    """Return the conditions that a record has words that begin like the parameters of `beginning_values`.

    With a blank as `end` it has the Latin ones as whole words.
    """
    return [has_word(f"word{n}", end) for n in range(count)]


def has_word(name: str, end: str = "") -> sa.ColumnElement[bool]:
    """Return the condition that a record has the word that is the value of a parameter, after `pad_beginning`.

    SQLite prepares a statement again for each execution if a parameter alone is the pattern of LIKE.
    """
    word = sa.bindparam(name, type_=sa.String())
    return (sa.literal(" ") + RECORD.c.tokens + " ").contains(word + end if end else word)


def beginning_values(words: Sequence[str]) -> dict[str, str]:
    """Return the parameters of `beginnings`."""
    return {f"word{n}": pad_beginning(word) for n, word in enumerate(words)}


def pad_beginning(word: str) -> str:
    """Return a Latin word as the beginning of words and a Chinese one whole, as they are in the words of a record."""
    return f" {word}" if word.isascii() else f" {word} "


def match_vector(match_query: Any, kind: str) -> sa.ColumnElement[bool]:
    """Return the condition of PostgreSQL that a record is of a kind and matches."""
    vector: sa.ColumnElement[Any] = sa.literal_column(VECTOR.replace("(tokens", "(record.tokens"))
    # The kind is a literal in the statement, or a generic plan would not use the partial index of one kind.
    of_kind = RECORD.c.kind == sa.literal_column(f"'{kind}'")
    return sa.and_(of_kind, vector.bool_op("@@")(sa.cast(match_query, TSQUERY)))
