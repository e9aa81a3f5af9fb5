"""Search over names: the token column of records, whose indexes `find_index` keeps."""

from __future__ import annotations

import string
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from rapidfuzz import fuzz
from sqlalchemy.dialects.postgresql import TSQUERY

from crm import names

from .db import Asked, db
from .find_index import INDEXES, KINDS, RECORD, VECTOR, create_search, drop_search, index_new, rebuild
from .policy import Actor
from .record import Record, RecordDates, visible
from .sight import Sight, question

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
    met_at: datetime | None = None


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
    found = _in(id, _told(words), kinds)
    # Neither planner begins with a condition that is wrapped; both make the set of matches once.
    return sa.func.coalesce(found, sa.false()) if popular else found


def among(asked: sa.Select[Any], text: str, kind: str) -> sa.Select[Any]:
    """Those records of a kind that a text finds, of a statement that asks for columns of the table of records alone."""
    words = names.query_tokens(text)
    if not words:
        return asked.where(sa.false())
    return _among(asked, _told(words), kind, sqlite=on_sqlite())


def _among(asked: sa.Select[Any], told: Any, kind: str, *, sqlite: bool) -> sa.Select[Any]:
    if sqlite:
        return asked.where(RECORD.c.id.in_(_set(told, kind, sqlite=True)))
    # All conditions within the set, whose rows come one by one: who stops early has read no more of them.
    found = asked.where(_of_vector(told, kind)).cte().prefix_with("MATERIALIZED")
    return sa.select(*found.c)


def _prefix(word: str) -> str:
    return f"{word}*" if word.isascii() else word


def _in(id: Any, told: Any, kinds: Collection[str]) -> sa.ColumnElement[bool]:
    some = [_set(told, kind, sqlite=on_sqlite()) for kind in sorted(kinds)]
    found: sa.ColumnElement[bool] = id.in_(some[0] if len(some) == 1 else sa.union_all(*some))
    return found


def _set(told: Any, kind: str, *, sqlite: bool) -> sa.Select[Any]:
    if sqlite:
        index = sa.table(INDEXES[kind], sa.column("rowid", sa.Integer))
        return sa.select(index.c.rowid).where(sa.literal_column(INDEXES[kind]).bool_op("MATCH")(told))
    # Materialized, else the planner may walk the sort index and check each row.
    first = sa.select(RECORD.c.id).where(_of_vector(told, kind)).cte().prefix_with("MATERIALIZED")
    return sa.select(first.c.id)


def on_sqlite() -> bool:
    """Whether the database of the moment is SQLite."""
    return db.session.get_bind().dialect.name == "sqlite"


def _told(words: Sequence[str]) -> str:
    """Words that must all match, as the engine of the moment reads them; Latin ones from their start."""
    return _said([[_prefix(word)] for word in words])


def _said(groups: Sequence[Sequence[str]]) -> str:
    """All groups, any word of each. Words are tokens, with a star where they are a beginning."""
    quote, star, either, both = ('"', "*", " OR ", " AND ") if on_sqlite() else ("'", ":*", " | ", " & ")

    def one(word: str) -> str:
        return f"{quote}{word[:-1]}{quote}{star}" if word.endswith("*") else f"{quote}{word}{quote}"

    return both.join("(" + either.join(map(one, group)) + ")" for group in groups)


def _of_vector(told: Any, kind: str) -> sa.ColumnElement[bool]:
    vector: sa.ColumnElement[Any] = sa.literal_column(VECTOR.replace("(tokens", "(record.tokens"))
    # The kind stands in the text of the statement, or a plan made for all kinds would not use the index of one.
    of_kind = RECORD.c.kind == sa.literal_column(f"'{kind}'")
    return sa.and_(of_kind, vector.bool_op("@@")(sa.cast(told, TSQUERY)))


def search(
    actor: Actor,
    text: str,
    kinds: Collection[str] | None = None,
    limit: int = 20,
    *,
    typos: bool = True,
    near: Asked | None = None,
) -> list[Found]:
    """The records this actor may see that a text finds, best first: by name, then by firm, city and all else.

    Of equally good ones those in `near` (ids, few) come first, then those met last; archived ones stand at the end. Of
    a word with very many matches only some are looked at, and all in `near`; ask for 101 to say "100+".
    """
    words = names.query_tokens(text)
    if not words:
        return []
    of, share = tuple(sorted(kinds or KINDS)), max(limit, CANDIDATES // len(kinds or KINDS))
    close = _near_ones(actor, words, of, near) if near is not None else {}
    found = _beginning(actor, text, of, limit) | close | _matches(actor, _told(words), of, share)
    if typos and len(found) < FEW:
        for nearly in _with_typo(words):
            found |= _matches(actor, _said(nearly), of, share)
    return _ranked(list(found.values()), text, close)[:limit]


def _asked(who: Sight) -> sa.Select[Any]:
    archived = Record.archived_at.is_not(None).label("archived")
    met_at = (
        sa.select(RecordDates.last_interaction_at)
        .where(RecordDates.record_id == Record.id, RecordDates.team_key == 0)
        .scalar_subquery()
    )
    columns: list[Any] = [Record.id, Record.kind, Record.label, Record.native_label, archived, met_at.label("met_at")]
    return sa.select(*columns).where(visible(who))


def _by_id(rows: Sequence[Any]) -> dict[int, Found]:
    return {row.id: Found(*row) for row in rows}


def _matches(actor: Actor, told: str, kinds: tuple[str, ...], share: int) -> dict[int, Found]:
    return _by_id(_some_of_each(actor, kinds, share, on_sqlite(), told=told))


@question
def _some_of_each(who: Sight, kinds: tuple[str, ...], share: int, sqlite: bool) -> Asked:  # noqa: FBT001 - by place
    """Some of each kind, so that a word of very many firms hides no person."""
    told = sa.bindparam("told", type_=sa.String())
    some = [_among(_asked(who), told, kind, sqlite=sqlite).limit(share).subquery() for kind in kinds]
    both = sa.union_all(*(sa.select(one) for one in some)).subquery()
    return sa.select(both)


def _beginning(actor: Actor, text: str, kinds: tuple[str, ...], limit: int) -> dict[int, Found]:
    key = names.sort_key(text)
    if not text.isascii() or not key or key.startswith("~"):
        return {}
    return _by_id(_sorted_under(actor, kinds, limit, key=key, key_end=key + "~"))


@question
def _sorted_under(who: Sight, kinds: tuple[str, ...], limit: int) -> Asked:
    """Those sorted under the text: the likeliest, which a cap on the matches could miss."""
    return (
        _asked(who)
        .where(Record.kind.in_(kinds), Record.archived_at.is_(None))
        .where(Record.sort_key >= sa.bindparam("key"), Record.sort_key < sa.bindparam("key_end"))
        .order_by(Record.sort_key)
        .limit(limit)
    )


def _near_ones(actor: Actor, words: Sequence[str], kinds: tuple[str, ...], near: Asked) -> dict[int, Found]:
    wanted = [f"% {word}%" if word.isascii() else f"% {word} %" for word in words]
    return _by_id(_of_few(actor, kinds, len(words), near, **{f"word{i}": word for i, word in enumerate(wanted)}))


@question
def _of_few(who: Sight, kinds: tuple[str, ...], words: int, near: Asked) -> Asked:
    """Those of a few records whose tokens match; read one by one, as an index would begin with the popular word."""
    padded = sa.literal(" ") + Record.tokens + " "
    match = (padded.like(sa.bindparam(f"word{i}")) for i in range(words))
    few = near.distinct().cte().prefix_with("MATERIALIZED")
    return _asked(who).join(few, few.c[0] == Record.id).where(Record.kind.in_(kinds), *match)


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


def _ranked(found: list[Found], text: str, near: Collection[int]) -> list[Found]:
    wanted, native = names.sort_key(text), text.strip()
    words = wanted.split()

    def rank(row: Found) -> tuple[Any, ...]:
        key = names.sort_key(row.label or row.native_label)
        exact = native in (row.label, row.native_label) or key == wanted
        begins = key.startswith(wanted) or (native != "" and row.native_label.startswith(native))
        named = native in row.native_label or all(f" {word}" in f" {key}" for word in words)
        met = row.met_at.timestamp() if row.met_at else 0.0
        quality = (row.archived, not exact, not begins, not named)
        return (*quality, row.id not in near, -met, -round(fuzz.ratio(wanted, key)), key, row.id)

    return sorted(found, key=rank)
