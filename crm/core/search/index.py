"""The full-text index of records: one for each kind, FTS5 on SQLite and GIN on PostgreSQL.

Separate indexes keep a word that very many people share from slowing the list of organizations.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from crm.core.data.record import Record
from crm.core.hooks import RECORDS_INSERTED, TOKENS_CHANGED

RECORD = Record.__table__
KINDS = (
    "followup",
    "interaction",
    "milestone",
    "need",
    "opportunity",
    "organization",
    "person",
    "product",
    "project",
    "representation",
    "show",
)
"""The indexed kinds. A new kind is added here, and its migration creates its index."""
INDEXES = {kind: f"record_fts_{kind}" for kind in KINDS}
# array_to_tsvector refuses empty strings. Our tokens are never empty, but rows inserted by hand might be.
VECTOR = "array_to_tsvector(array_remove(string_to_array(tokens, ' '), ''))"


def create_search(connection: sa.Connection) -> None:
    """Create the indexes of the token column; used by the migration and after `create_all`."""
    for kind, index in INDEXES.items():
        if connection.dialect.name == "sqlite":
            # FTS5 is checked against, and rebuilt from, a table or view with exactly its rows.
            words = f"CREATE VIEW {index}_words AS SELECT id, tokens FROM record WHERE kind = '{kind}'"  # noqa: S608
            connection.exec_driver_sql(words)
            connection.exec_driver_sql(
                f"CREATE VIRTUAL TABLE {index} USING fts5(tokens, content='{index}_words', content_rowid='id', "
                "tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
            )
        else:
            connection.exec_driver_sql(f"CREATE INDEX {index} ON record USING gin (({VECTOR})) WHERE kind = '{kind}'")


def drop_search(connection: sa.Connection) -> None:
    """Remove the indexes, also the former one for all kinds."""
    for index in ("record_fts", *INDEXES.values()):
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {index}")
            connection.exec_driver_sql(f"DROP VIEW IF EXISTS {index}_words")
        else:
            connection.exec_driver_sql(f"DROP INDEX IF EXISTS {index}")


def rebuild(connection: sa.Connection) -> None:
    """Index all records again, after rows were inserted without a flush.

    Not by FTS5's own `rebuild`: it may read the records in the order of another index, and FTS5 writes a new segment
    for each id that is smaller than the one before.
    """
    for kind, index in INDEXES.items():
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"INSERT INTO {index}({index}) VALUES('delete-all')")
            rows = f"SELECT id, tokens FROM record WHERE +kind = '{kind}' ORDER BY id"  # noqa: S608 - our own kinds
            connection.exec_driver_sql(f"INSERT INTO {index}(rowid, tokens) {rows}")
        else:
            connection.exec_driver_sql(f"REINDEX INDEX {index}")


@event.listens_for(RECORD, "after_create")
def _create_with_table(_table: Any, connection: sa.Connection, **_kw: Any) -> None:
    """Create the indexes with `create_all`."""
    create_search(connection)


@event.listens_for(RECORD, "before_drop")
def _drop_with_table(_table: Any, connection: sa.Connection, **_kw: Any) -> None:
    drop_search(connection)


@event.listens_for(Session, "after_flush")
def _index_changed(session: Session, _context: UOWTransaction) -> None:
    """Update FTS5, which must be given exactly the tokens that were indexed. PostgreSQL updates by itself.

    Records are archived, never deleted, because history refers to them.
    """
    if session.get_bind().dialect.name != "sqlite":
        return
    changed = [r for r in session.dirty if isinstance(r, Record) and sa.inspect(r).attrs.tokens.history.has_changes()]
    new = [r for r in session.new if isinstance(r, Record)]
    connection = session.connection()
    unindex(connection, [{"id": r.id, "kind": r.kind, "tokens": _indexed_tokens(r)} for r in changed])
    index_new(connection, [{"id": r.id, "kind": r.kind, "tokens": r.tokens} for r in [*new, *changed]])


def index_new(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Index new records, each with `id`, `kind` and `tokens`. PostgreSQL updates by itself."""
    if connection.dialect.name != "sqlite":
        return
    by_kind: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], []).append((row["id"], row["tokens"]))
    for kind, values in by_kind.items():
        insert = f"INSERT INTO {INDEXES[kind]}(rowid, tokens) VALUES (?, ?)"  # noqa: S608
        connection.exec_driver_sql(insert, values)


def unindex(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Remove records from the index before they are deleted, each with `id`, `kind` and exactly its `tokens`."""
    if connection.dialect.name != "sqlite":
        return
    for kind in {row["kind"] for row in rows}:
        index = INDEXES[kind]
        cut = f"INSERT INTO {index}({index}, rowid, tokens) VALUES ('delete', :id, :tokens)"  # noqa: S608
        connection.execute(sa.text(cut), [{"id": r["id"], "tokens": r["tokens"]} for r in rows if r["kind"] == kind])


def index_again(connection: sa.Connection, before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> None:
    """Update the index for records whose tokens were changed without a flush."""
    unindex(connection, before)
    index_new(connection, after)


def _indexed_tokens(row: Record) -> str:
    history = sa.inspect(row).attrs.tokens.history
    return str(history.deleted[0] if history.deleted else row.tokens)


RECORDS_INSERTED.append(index_new)
TOKENS_CHANGED.append(index_again)
