"""Search by name: the token column of records, indexed by `index`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any

import sqlalchemy as sa

from crm import names
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.engines import on_sqlite
from crm.core.data.record import Record
from crm.core.data.together import run_together
from crm.core.hooks import NAME_CHECKS, SEARCH_CANDIDATES
from crm.core.policy import Actor
from crm.core.search import similar
from crm.core.search.closest import by_id, find_beginning, find_near, select_results
from crm.core.search.engines import (
    HIDDEN_QUERY,
    QUERIES,
    beginning_values,
    beginnings,
    filter_matches,
    limit_streams,
    match_set,
    stream_matches,
)
from crm.core.search.frequent import find_by_word
from crm.core.search.index import KINDS, create_search, drop_search, rebuild
from crm.core.search.query_words import (
    TYPO_KINDS,
    build_either_query,
    build_group_query,
    build_match_query,
    split_letters,
    with_joined_words,
    with_typo,
)
from crm.core.search.ranking import SearchResult, rank_results

CANDIDATES = 300
"""How many matches are examined for the best ones: a popular word has many thousands."""
FEW = 3
MAX_COMPARED = 60
"""How many names are compared with other spellings of a text: each takes a tenth of a millisecond."""


def find_candidates(actor: Actor, text: str, kinds: Collection[str], limit: int = 20) -> list[SearchResult]:
    """Return records of these kinds that the text leads to by a name in it: people by the show where they were met."""
    return [row for kind, find in SEARCH_CANDIDATES.items() if kind in kinds for row in find(actor, text, limit)]


def is_named(result: SearchResult, text: str) -> bool:
    """Return whether a text that finds only this record is a name of it."""
    check = NAME_CHECKS.get(result.kind)
    return check is None or check(result.id, text)


def beginning(key: Any, text: str) -> sa.ColumnElement[bool]:
    """Return the condition that a column of sort keys begins like a text; an index on it is used."""
    start = names.sort_key(text)
    return sa.and_(key >= start, key < start + "~")


def matching(
    text: str, id: Any = Record.id, kinds: Collection[str] = KINDS, *, popular: bool = False
) -> sa.ColumnElement[bool]:
    """Return the condition that a text finds the record `id`; every word must match, Latin ones as prefixes.

    `kinds` are those that the record can have: the fewer, the faster. `popular` keeps the order of the statement's
    other conditions: rows are looked up in the matches instead of sorting the matches.
    """
    words = names.query_tokens(text)
    if not words:
        return sa.false()
    condition = _match_condition(id, _list_query(text, words, kinds), kinds)
    # No planner starts from a wrapped condition; both compute the set of matches once.
    return sa.func.coalesce(condition, sa.false()) if popular else condition


def filter_matching(stmt: sa.Select[Any], text: str, kind: str) -> sa.Select[Any]:
    """Limit a statement on the record table alone to the records of a kind that a text finds."""
    words = names.query_tokens(text)
    if not words:
        return stmt.where(sa.false())
    return filter_matches(stmt, _list_query(text, words, (kind,)), kind, sqlite=on_sqlite())


def _list_query(text: str, words: Sequence[str], kinds: Collection[str]) -> str:
    keys = similar.list_keys(text, next(iter(kinds))) if len(kinds) == 1 else []
    return build_either_query(words, keys) if keys else build_match_query(words)


def _match_condition(id: Any, match_query: Any, kinds: Collection[str]) -> sa.ColumnElement[bool]:
    sets = [match_set(match_query, kind, sqlite=on_sqlite()) for kind in sorted(kinds)]
    condition: sa.ColumnElement[bool] = id.in_(sets[0] if len(sets) == 1 else sa.union_all(*sets))
    return condition


def search(
    actor: Actor,
    text: str,
    kinds: Collection[str] | None = None,
    limit: int = 20,
    *,
    typos: bool = True,
    near: Select | None = None,
) -> list[SearchResult]:
    """Return the records that a text finds and the actor may see, best first.

    By name, then by organization, city, rest.

    Among equals those in `near` (few ids) come first, then those last met; archived ones are at the end. For a word
    with very many matches only some are examined, and all in `near`; ask for 101 to show "100+". One letter finds the
    names that begin with it, if there are enough.
    """
    words = names.query_tokens(text)
    if not words:
        return []
    searched_kinds = tuple(sorted(kinds or KINDS))
    share = max(limit, CANDIDATES // len(kinds or KINDS))
    find_matches = partial(_matches, actor, words, searched_kinds, share)
    is_one_letter = len(text.strip()) == 1
    close, starts, matches = run_together(
        lambda: find_near(actor, words, searched_kinds, near) if near is not None else {},
        partial(find_beginning, actor, text, searched_kinds, limit),
        lambda: {} if is_one_letter else find_matches(),
    )
    results = starts | close | matches
    if is_one_letter and len(results) < limit:
        results |= find_matches()
    if typos and len(results) < FEW:
        results |= _with_typos(actor, words, searched_kinds, share)
    if typos and len(results) < limit:
        results = _other_spellings(actor, text, searched_kinds) | results
    return rank_results(list(results.values()), text, close)[:limit]


def _with_typos(actor: Actor, words: Sequence[str], kinds: tuple[str, ...], share: int) -> dict[int, SearchResult]:
    """Return what one typo in one of the words finds, or two words as one; only by kinds with names.

    A typo has hundreds of spellings.
    """
    name_kinds = tuple(kind for kind in kinds if kind in TYPO_KINDS) or kinds
    results: dict[int, SearchResult] = {}
    longer, letters = split_letters(words)
    typos = ((groups, letters) for groups in with_typo(longer))
    joined: Iterator[tuple[list[list[str]], list[str]]] = ((groups, []) for groups in with_joined_words(words))
    for groups, single in chain(typos, joined):
        results |= _matches_any(actor, groups, name_kinds, share, single)
        if len(results) >= FEW:
            break
    return results


def _matches_any(
    actor: Actor, groups: Sequence[Sequence[str]], kinds: tuple[str, ...], share: int, letters: Sequence[str] = ()
) -> dict[int, SearchResult]:
    """Return what any word of each group finds, of dozens or hundreds of words."""
    queries = QUERIES[1:] if on_sqlite() else (HIDDEN_QUERY,)
    values = {"match_query": build_group_query(groups), **beginning_values(letters)}
    return by_id(_limit_by_kind(actor, kinds, share, on_sqlite(), queries, len(letters), **values))


def _other_spellings(actor: Actor, text: str, kinds: Collection[str]) -> dict[int, SearchResult]:
    """Return people and organizations whose name the text spells in another way: Cheung Wai finds 张伟."""
    keyed_kinds = tuple(kind for kind in similar.KINDS if kind in kinds)
    rows = find_by_keys(actor, keyed_kinds, similar.query_keys(text, keyed_kinds), MAX_COMPARED)
    likely = [r for r in rows if similar.compare_names(text, r.kind, (r.label, r.native_label)).is_likely]
    return {row.id: row for row in likely}


def find_by_keys(actor: Actor, kinds: Sequence[str], keys: Sequence[str], limit: int) -> list[SearchResult]:
    """Return records of these kinds that have one of the keys of the name matcher. One statement."""
    if not keys or not kinds:
        return []
    share = max(1, limit // len(kinds))
    return list(_matches_any(actor, [list(keys)], tuple(kinds), share).values())


def _matches(actor: Actor, words: Sequence[str], kinds: tuple[str, ...], share: int) -> dict[int, SearchResult]:
    longer, letters = split_letters(words)
    exact_query, match_query = build_group_query([[word] for word in words]), build_match_query(longer)
    queries = QUERIES if exact_query != match_query else QUERIES[1:]
    values = {"exact_query": exact_query, "match_query": match_query, **beginning_values(letters)}
    if len(longer) == 1 and not on_sqlite():
        return by_id(find_by_word(actor, longer[0], kinds, share, queries, len(letters), **values))
    return by_id(_limit_by_kind(actor, kinds, share, on_sqlite(), queries, len(letters), **values))


@cached_query
def _limit_by_kind(
    viewer: AccessProfile,
    kinds: tuple[str, ...],
    share: int,
    sqlite: bool,  # noqa: FBT001 - positional
    queries: Sequence[sa.ColumnElement[str]],
    letters: int,
) -> Select:
    """Return some matches of each kind, so that a word of very many organizations hides no person."""
    parts = []
    for kind in kinds:
        result = select_results(viewer).where(*beginnings(letters))
        parts.append(limit_streams((stream_matches(result, one, kind, sqlite=sqlite) for one in queries), share))
    return sa.select(sa.union_all(*parts).subquery())
