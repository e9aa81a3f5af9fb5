"""Records with a word that very many others may have, on PostgreSQL.

Its index of words collects and sorts all matches before the first one is read, which takes 20 to 50 ms for a frequent
word among a million people. SQLite reads matches one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
READ_LAST = 1_000
"""How many records of a kind are read one by one for a frequent word."""
FREQUENT = 0.05
"""The least share of the records of a kind that have a frequent word, or one that begins like it."""
PARAMETERS = dict(zip(QUERIES, ("whole", "begin"), strict=True))
"""The name of the parameters with the words of each query."""


class FrequentWords:
    """Words that may be frequent among the records of some kinds, with the parameters `frequent_word_values`.

    `letters` is the number of the words of `beginning_values`.
    """

    def __init__(self, kinds: Collection[str], count: int, letters: int) -> None:
        self.kinds = kinds
        self.count = count
        self.letters = letters
        self._indexes = [_select_indexes_with_frequent_word(kinds, number) for number in range(count)]

    def limit_to_last(
        self, stmt: sa.Select[Any], kind: str, column: sa.ColumnElement[Any], query: Any
    ) -> sa.Select[Any]:
        """Limit a statement on the record table alone to the last records of a kind that fulfill one of `QUERIES`.

        `column` is that of `RECORD` with the time of creation or change; the newest come first. If one of the words
        isn't frequent, it returns none.
        """
        newest = sa.select(column).where(RECORD.c.kind == kind).order_by(column.desc())
        first = newest.offset(READ_LAST).limit(1).scalar_subquery()
        are_frequent = [sa.exists().where(indexes.c.tablename == INDEXES[kind]) for indexes in self._indexes]
        has_words = [has_word(f"{PARAMETERS[query]}{number}") for number in range(self.count)]
        has_words += beginnings(self.letters, " " if query is QUERIES[0] else "")
        return stmt.where(RECORD.c.kind == kind, column > first, *are_frequent, *has_words).order_by(column.desc())


def frequent_word_values(words: Sequence[str]) -> dict[str, str]:
    """Return the parameters of statements with `FrequentWords`."""
    values: dict[str, str] = {}
    for n, word in enumerate(words):
        values |= {f"frequent{n}": word, f"whole{n}": f" {word} ", f"begin{n}": pad_beginning(word)}
    return values


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
    return _select_by_word(actor, kinds, share, queries, letters, **frequent_word_values([word]), **values)


@cached_query
def _select_by_word(
    viewer: AccessProfile,
    kinds: tuple[str, ...],
    share: int,
    queries: tuple[sa.ColumnElement[str], ...],
    letters: int,
) -> Select:
    frequent = FrequentWords(KINDS, 1, letters)
    parts = []
    for kind in kinds:
        result = select_results(viewer)
        streams = []
        for query in queries:
            if kind in frequent.kinds:
                streams.append(frequent.limit_to_last(result, kind, RECORD.c.changed_at, query))
            streams.append(stream_matches(result.where(*beginnings(letters)), query, kind, sqlite=False))
        parts.append(limit_streams(streams, share))
    return sa.select(sa.union_all(*parts).subquery())


def _select_indexes_with_frequent_word(kinds: Collection[str], number: int) -> sa.CTE:
    """Return the indexes of words of kinds in which a word is frequent, by the statistics of the server."""
    index = sa.table("pg_class", *map(sa.column, ("oid", "relname", "reltuples")))
    stats = sa.table("pg_stats", *map(sa.column, ("tablename", "most_common_elems", "most_common_elem_freqs")))
    words = sa.cast(sa.cast(stats.c.most_common_elems, sa.Text), ARRAY(sa.Text))
    common = (
        sa.func.unnest(words, stats.c.most_common_elem_freqs).table_valued("word", "share").render_derived("common")
    )
    begins = sa.func.starts_with(common.c.word, sa.bindparam(f"frequent{number}", type_=sa.Text))
    stmt = sa.select(stats.c.tablename).join_from(stats, index, index.c.relname == stats.c.tablename)
    stmt = stmt.join(common, begins).where(index.c.reltuples > MANY)
    stmt = stmt.where(stats.c.tablename.in_([INDEXES[kind] for kind in kinds])).group_by(stats.c.tablename)
    return stmt.having(sa.func.sum(common.c.share) > FREQUENT).cte().prefix_with("MATERIALIZED")
