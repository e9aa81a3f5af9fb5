"""Search over names: the token column of records, indexed by FTS5 on SQLite and by GIN on PostgreSQL."""

from __future__ import annotations

import string
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from rapidfuzz import fuzz
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session, UOWTransaction

from crm import names

from .db import db
from .policy import Actor
from .record import Record, visible

FTS = sa.table("record_fts", sa.column("rowid", sa.Integer), sa.column("tokens", sa.Text))
RECORD = Record.__table__
# array_to_tsvector refuses empty elements; tokens have none, a hand-made row might.
VECTOR = "array_to_tsvector(array_remove(string_to_array(tokens, ' '), ''))"
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


def create_search(connection: sa.Connection) -> None:
    """Make the index of the token column; for the migration, and after `create_all`."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE record_fts USING fts5(tokens, content='record', content_rowid='id', "
            "tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
        )
    else:
        connection.exec_driver_sql(f"CREATE INDEX record_fts ON record USING gin (({VECTOR}))")


def drop_search(connection: sa.Connection) -> None:
    """Remove the index."""
    what = "TABLE" if connection.dialect.name == "sqlite" else "INDEX"
    connection.exec_driver_sql(f"DROP {what} IF EXISTS record_fts")


def rebuild(connection: sa.Connection) -> None:
    """Index every record anew: after rows came in by another way than a flush."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO record_fts(record_fts) VALUES('rebuild')")
    else:
        connection.exec_driver_sql("REINDEX INDEX record_fts")


@event.listens_for(RECORD, "after_create")
def _create_with_table(_table: Any, connection: sa.Connection, **_kw: Any) -> None:
    """Come with `create_all`."""
    create_search(connection)


@event.listens_for(RECORD, "before_drop")
def _drop_with_table(_table: Any, connection: sa.Connection, **_kw: Any) -> None:
    drop_search(connection)


@event.listens_for(Session, "after_flush")
def _index_changed(session: Session, _context: UOWTransaction) -> None:
    """Keep FTS5 in step; it must be told the very tokens it was given. PostgreSQL does it by itself.

    Records are archived, not deleted: history points to them.
    """
    if session.get_bind().dialect.name != "sqlite":
        return
    changed = [r for r in session.dirty if isinstance(r, Record) and sa.inspect(r).attrs.tokens.history.has_changes()]
    gone = [{"id": r.id, "tokens": _before(r)} for r in changed]
    new = [{"id": r.id, "tokens": r.tokens} for r in [*session.new, *changed] if isinstance(r, Record)]
    if gone:
        cut = "INSERT INTO record_fts(record_fts, rowid, tokens) VALUES ('delete', :id, :tokens)"
        session.connection().execute(sa.text(cut), gone)
    if new:
        index_new(session.connection(), new)


def index_new(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Index new records, each as `id` and `tokens`. PostgreSQL does it by itself."""
    if connection.dialect.name == "sqlite":
        connection.execute(sa.text("INSERT INTO record_fts(rowid, tokens) VALUES (:id, :tokens)"), rows)


def _before(row: Record) -> str:
    history = sa.inspect(row).attrs.tokens.history
    return str(history.deleted[0] if history.deleted else row.tokens)


def beginning(key: Any, text: str) -> sa.ColumnElement[bool]:
    """The condition that a column of sort keys begins as a text does; an index on it serves."""
    wanted = names.sort_key(text)
    return sa.and_(key >= wanted, key < wanted + "~")


def matching(text: str, id: Any = Record.id, *, popular: bool = False) -> sa.ColumnElement[bool]:
    """The condition that the record of `id` is found by a text; every word must match, Latin ones from their start.

    `popular` leaves the order of a statement to its other conditions: the matches are looked up, not walked.
    """
    words = names.query_tokens(text)
    if not words:
        return sa.false()
    found = _in(id, [[_prefix(w)] for w in words])
    # Neither planner begins with a condition that is wrapped; both make the set of matches once.
    return sa.func.coalesce(found, sa.false()) if popular else found


def _prefix(word: str) -> str:
    return f"{word}*" if word.isascii() else word


def _in(id: Any, groups: Sequence[Sequence[str]]) -> sa.ColumnElement[bool]:
    """All groups, any word of each. Words are tokens, with a star where they are a beginning."""
    if on_sqlite():
        inner = sa.select(FTS.c.rowid).where(_fts(groups))
    else:
        # Materialized, else the planner may walk the sort index and check each row.
        first = sa.select(RECORD.c.id).where(_tsquery(groups)).cte().prefix_with("MATERIALIZED")
        inner = sa.select(first.c.id)
    found: sa.ColumnElement[bool] = id.in_(inner)
    return found


def on_sqlite() -> bool:
    """Whether the database of the moment is SQLite."""
    return db.session.get_bind().dialect.name == "sqlite"


def _fts(groups: Sequence[Sequence[str]]) -> sa.ColumnElement[bool]:
    def one(word: str) -> str:
        return f'"{word[:-1]}"*' if word.endswith("*") else f'"{word}"'

    text = " AND ".join("(" + " OR ".join(map(one, group)) + ")" for group in groups)
    return sa.literal_column("record_fts").bool_op("MATCH")(text)


def _tsquery(groups: Sequence[Sequence[str]]) -> sa.ColumnElement[bool]:
    def one(word: str) -> str:
        return f"'{word[:-1]}':*" if word.endswith("*") else f"'{word}'"

    text = " & ".join("(" + " | ".join(map(one, group)) + ")" for group in groups)
    vector: sa.ColumnElement[Any] = sa.literal_column(VECTOR.replace("(tokens", "(record.tokens"))
    return vector.bool_op("@@")(sa.cast(text, TSQUERY))


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
    found |= {row.id: row for row in _matches(actor, groups, kinds, max(limit, CANDIDATES))}
    if typos and len(found) < FEW:
        for nearly in _with_typo(words):
            found |= {row.id: row for row in _matches(actor, nearly, kinds, CANDIDATES)}
    return _ranked(list(found.values()), text)[:limit]


def _asked(actor: Actor, kinds: Collection[str] | None) -> sa.Select[Any]:
    archived = Record.archived_at.is_not(None).label("archived")
    columns: list[Any] = [Record.id, Record.kind, Record.label, Record.native_label, archived]
    asked = sa.select(*columns).where(visible(actor))
    return asked.where(Record.kind.in_(sorted(kinds))) if kinds else asked


def _matches(
    actor: Actor, groups: Sequence[Sequence[str]], kinds: Collection[str] | None, limit: int
) -> Iterator[Found]:
    rows = db.session.execute(_asked(actor, kinds).where(_in(Record.id, groups)).limit(limit))
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
