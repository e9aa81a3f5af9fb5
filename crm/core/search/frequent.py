"""Records with a word that very many others may have, on PostgreSQL.

Its index of words collects and sorts all matches before the first one is read, which takes 20 to 50 ms for a frequent
word among a million people. SQLite reads matches one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.policy import Actor
from crm.core.search.closest import select_results
from crm.core.search.engines import QUERIES, beginnings, has_word, limit_streams, pad_beginning, stream_matches
from crm.core.search.index import INDEXES, RECORD

KINDS = ("opportunity", "organization", "person", "product")
"""Kinds that can have very many records."""
MANY = 40_000
"""How many records a kind has to have: the index of fewer has the matches of a frequent word in a few milliseconds."""
CHANGED_LAST = 1_000
"""How many records of a kind are read one by one for a frequent word."""
FREQUENT = 0.05
"""The least share of the records of a kind that have a frequent word, or one that begins like it."""
CONDITIONS: Mapping[sa.ColumnElement[str], sa.ColumnElement[bool]] = dict(
    zip(QUERIES, map(has_word, ("whole_word", "word_beginning")), strict=True)
)
"""What fulfills each query, for records that are read one by one."""


def find_by_word(
    actor: Actor,
    word: str,
    kinds: tuple[str, ...],
    share: int,
    queries: tuple[sa.ColumnElement[str], ...],
    letters: int,
    **values: str,
) -> Sequence[Any]:
    """Return some records of each of these kinds that fulfill the queries, the first query first.

    Those with a frequent word are the ones changed last. `values` are those of `QUERIES` and `beginnings`.
    """
    words = {"frequent_word": word, "whole_word": f" {word} ", "word_beginning": pad_beginning(word)}
    return _select_by_word(actor, kinds, share, queries, letters, **words, **values)


@cached_query
def _select_by_word(
    viewer: AccessProfile,
    kinds: tuple[str, ...],
    share: int,
    queries: tuple[sa.ColumnElement[str], ...],
    letters: int,
) -> Select:
    indexes = _select_indexes_with_frequent_word()
    parts = []
    for kind in kinds:
        result = select_results(viewer).where(*beginnings(letters))
        streams = []
        for query in queries:
            if kind in KINDS:
                streams.append(_limit_to_changed_last(result, kind, indexes).where(CONDITIONS[query]))
            streams.append(stream_matches(result, query, kind, sqlite=False))
        parts.append(limit_streams(streams, share))
    return sa.select(sa.union_all(*parts).subquery())


def _limit_to_changed_last(stmt: sa.Select[Any], kind: str, indexes: sa.CTE) -> sa.Select[Any]:
    """Limit a statement on the record table alone to the records of a kind that were changed last, newest first.

    It returns none if no word of `indexes` is frequent.
    """
    newest = sa.select(RECORD.c.changed_at).where(RECORD.c.kind == kind).order_by(RECORD.c.changed_at.desc())
    first = newest.offset(CHANGED_LAST).limit(1).scalar_subquery()
    is_frequent = sa.exists().where(indexes.c.tablename == INDEXES[kind])
    stmt = stmt.where(RECORD.c.kind == kind, RECORD.c.changed_at > first, is_frequent)
    return stmt.order_by(RECORD.c.changed_at.desc())


def _select_indexes_with_frequent_word() -> sa.CTE:
    """Return the indexes of words in which `frequent_word` is frequent, by the statistics of the server."""
    index = sa.table("pg_class", *map(sa.column, ("oid", "relname", "reltuples")))
    stats = sa.table("pg_stats", *map(sa.column, ("tablename", "most_common_elems", "most_common_elem_freqs")))
    words = sa.cast(sa.cast(stats.c.most_common_elems, sa.Text), ARRAY(sa.Text))
    common = (
        sa.func.unnest(words, stats.c.most_common_elem_freqs).table_valued("word", "share").render_derived("common")
    )
    begins = sa.func.starts_with(common.c.word, sa.bindparam("frequent_word", type_=sa.Text))
    stmt = sa.select(stats.c.tablename).join_from(stats, index, index.c.relname == stats.c.tablename)
    stmt = stmt.join(common, begins).where(index.c.reltuples > MANY)
    stmt = stmt.where(stats.c.tablename.in_([INDEXES[kind] for kind in KINDS])).group_by(stats.c.tablename)
    return stmt.having(sa.func.sum(common.c.share) > FREQUENT).cte().prefix_with("MATERIALIZED")
