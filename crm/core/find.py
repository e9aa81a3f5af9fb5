"""Search over names: the token column of records, whose indexes `find_index` keeps."""

from __future__ import annotations

import string
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from rapidfuzz import fuzz
from sqlalchemy.dialects.postgresql import TSQUERY

from crm import names

from .db import db
from .find_index import INDEXES, KINDS, RECORD, VECTOR, create_search, drop_search, index_new, rebuild
from .policy import Actor
from .record import Record, visible

__all__ = [
    "Found", "among", "beginning", "create_search", "drop_search", "index_new", "matching", "on_sqlite", "one_edit",
    "rebuild", "search",
]  # fmt: skip
CANDIDATES = 300
"""How many matches are looked at for the best ones: a popular word has many thousands."""
FEW = 3
TYPO_FROM = 4
"""The shortest word that may hold a typo."""
TYPO_TO = 24
"""The longest one: there are 53 words more for each letter, and PostgreSQL takes no question beyond a megabyte."""


class Found(NamedTuple):
    """A record that matches."""

    id: int
    kind: str
    label: str
    native_label: str
    archived: bool


def beginning(key: Any, text: str) -> sa.ColumnElement[bool]:
    """The condition that a column of sort keys begins as a text does; an index on it serves."""
    wanted = names.sort_key(text)
    return sa.and_(key >= wanted, key < wanted + "~")


def matching(
    text: str, id: Any = Record.id, kinds: Collection[str] = KINDS, *, popular: bool = False
) -> sa.ColumnElement[bool]:
    """The condition that the record of `id` is found by a text; every word must match, Latin ones from their start.

    `kinds` are those that the record can be of: the fewer, the quicker. `popular` leaves the order of a statement to
    its other conditions: the matches are looked up, not walked.
    """
    words = names.query_tokens(text)
    if not words:
        return sa.false()
    found = _in(id, [[_prefix(w)] for w in words], kinds)
    # Neither planner begins with a condition that is wrapped; both make the set of matches once.
    return sa.func.coalesce(found, sa.false()) if popular else found


def among(asked: sa.Select[Any], text: str, kind: str) -> sa.Select[Any]:
    """Those records of a kind that a text finds, of a statement that asks for columns of the table of records alone."""
    words = names.query_tokens(text)
    if not words:
        return asked.where(sa.false())
    return _among(asked, [[_prefix(w)] for w in words], kind)


def _among(asked: sa.Select[Any], groups: Sequence[Sequence[str]], kind: str) -> sa.Select[Any]:
    if on_sqlite():
        return asked.where(_in(RECORD.c.id, groups, (kind,)))
    # All conditions within the set, whose rows come one by one: who stops early has read no more of them.
    found = asked.where(_tsquery(groups, kind)).cte().prefix_with("MATERIALIZED")
    return sa.select(*found.c)


def _prefix(word: str) -> str:
    return f"{word}*" if word.isascii() else word


def _in(id: Any, groups: Sequence[Sequence[str]], kinds: Collection[str]) -> sa.ColumnElement[bool]:
    """All groups, any word of each. Words are tokens, with a star where they are a beginning."""
    some = [_set(groups, kind) for kind in sorted(kinds)]
    found: sa.ColumnElement[bool] = id.in_(some[0] if len(some) == 1 else sa.union_all(*some))
    return found


def _set(groups: Sequence[Sequence[str]], kind: str) -> sa.Select[Any]:
    if on_sqlite():
        index = sa.table(INDEXES[kind], sa.column("rowid", sa.Integer))
        return sa.select(index.c.rowid).where(sa.literal_column(INDEXES[kind]).bool_op("MATCH")(_fts(groups)))
    # Materialized, else the planner may walk the sort index and check each row.
    first = sa.select(RECORD.c.id).where(_tsquery(groups, kind)).cte().prefix_with("MATERIALIZED")
    return sa.select(first.c.id)


def on_sqlite() -> bool:
    """Whether the database of the moment is SQLite."""
    return db.session.get_bind().dialect.name == "sqlite"


def _fts(groups: Sequence[Sequence[str]]) -> str:
    def one(word: str) -> str:
        return f'"{word[:-1]}"*' if word.endswith("*") else f'"{word}"'

    return " AND ".join("(" + " OR ".join(map(one, group)) + ")" for group in groups)


def _tsquery(groups: Sequence[Sequence[str]], kind: str) -> sa.ColumnElement[bool]:
    def one(word: str) -> str:
        return f"'{word[:-1]}':*" if word.endswith("*") else f"'{word}'"

    text = " & ".join("(" + " | ".join(map(one, group)) + ")" for group in groups)
    vector: sa.ColumnElement[Any] = sa.literal_column(VECTOR.replace("(tokens", "(record.tokens"))
    # The kind stands in the text of the statement, or a plan made for all kinds would not use the index of one.
    of_kind = RECORD.c.kind == sa.literal_column(f"'{kind}'")
    return sa.and_(of_kind, vector.bool_op("@@")(sa.cast(text, TSQUERY)))


def search(
    actor: Actor, text: str, kinds: Collection[str] | None = None, limit: int = 20, *, typos: bool = True
) -> list[Found]:
    """The records this actor may see that a text finds, best first: begins with it, then holds it, archived last.

    Of a word with very many matches only some are looked at; ask for 101 to say "100+".
    """
    words = names.query_tokens(text)
    if not words:
        return []
    found = {row.id: row for row in _beginning(actor, text, kinds, limit)}
    groups = [[_prefix(w)] for w in words]
    found |= {row.id: row for row in _matches(actor, groups, kinds, limit)}
    if typos and len(found) < FEW:
        for nearly in _with_typo(words):
            found |= {row.id: row for row in _matches(actor, nearly, kinds, limit)}
    return _ranked(list(found.values()), text)[:limit]


def _asked(actor: Actor, kinds: Collection[str] | None) -> sa.Select[Any]:
    archived = Record.archived_at.is_not(None).label("archived")
    columns: list[Any] = [Record.id, Record.kind, Record.label, Record.native_label, archived]
    asked = sa.select(*columns).where(visible(actor))
    return asked.where(Record.kind.in_(sorted(kinds))) if kinds else asked


def _matches(
    actor: Actor, groups: Sequence[Sequence[str]], kinds: Collection[str] | None, limit: int
) -> Iterator[Found]:
    """Some of each kind, so that a word of very many firms hides no person."""
    share = max(limit, CANDIDATES // len(kinds or KINDS))
    some = [_among(_asked(actor, None), groups, kind).limit(share).subquery() for kind in sorted(kinds or KINDS)]
    rows = db.session.execute(sa.union_all(*(sa.select(one) for one in some)))
    return (Found(*row) for row in rows)


def _beginning(actor: Actor, text: str, kinds: Collection[str] | None, limit: int) -> Iterator[Found]:
    """Those sorted under the text: the likeliest, which a cap on the matches could miss."""
    key = names.sort_key(text)
    if not text.isascii() or not key or key.startswith("~"):
        return iter(())
    rows = db.session.execute(
        _asked(actor, kinds)
        .where(Record.sort_key >= key, Record.sort_key < key + "~", Record.archived_at.is_(None))
        .order_by(Record.sort_key)
        .limit(limit)
    )
    return (Found(*row) for row in rows)


def _with_typo(words: Sequence[str]) -> Iterator[list[list[str]]]:
    """The query with one word replaced by all that is one letter away from it, for each word in turn."""
    for at, word in enumerate(words[:4]):
        if TYPO_FROM <= len(word) <= TYPO_TO and word.isascii() and word.isalpha():
            groups = [[_prefix(w)] for w in words]
            groups[at] = one_edit(word)
            yield groups


def one_edit(word: str) -> list[str]:
    """All words one letter away: one left out, doubled or strange, two neighbors swapped."""
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    letters = string.ascii_lowercase
    made = {a + b[1:] for a, b in cuts if b}
    made |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    made |= {a + c + b[1:] for a, b in cuts if b for c in letters}
    made |= {a + c + b for a, b in cuts for c in letters}
    return sorted(made - {word})


def _ranked(found: list[Found], text: str) -> list[Found]:
    wanted, native = names.sort_key(text), text.strip()

    def rank(row: Found) -> tuple[Any, ...]:
        key = names.sort_key(row.label or row.native_label)
        exact = native in (row.label, row.native_label) or key == wanted
        begins = key.startswith(wanted) or (native != "" and row.native_label.startswith(native))
        return (row.archived, not exact, not begins, -round(fuzz.ratio(wanted, key)), key, row.id)

    return sorted(found, key=rank)
