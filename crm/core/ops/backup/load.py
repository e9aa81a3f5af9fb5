"""Fill an empty system from a backup; email stays paused until an administrator resumes it."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask_migrate import downgrade, upgrade

from config import ROOT
from crm.core import clock
from crm.core.data.base import db
from crm.core.ops.backup.archive import MANIFEST, PIECE, BadBackup, Manifest, members_of, verify
from crm.core.ops.backup.rows import REVISION, fill, tables_of
from crm.core.search import search

USED = ("user", "record", "mail")
"""A database with a row in one of these tables is in use."""
CHANNEL = "mail_channel"
PAUSED_WHY = "Restored from a backup of %s. Check the waiting emails before you resume."


class TargetNotEmpty(RuntimeError):
    """The database has data: nothing is restored over it."""


def restore_backup(source: Path, data_folder: Path) -> Manifest:
    """Fill the database and the folders of files. Raises BadBackup or TargetNotEmpty; then no row is inserted.

    All rows are inserted in one transaction that also pauses email: no process can send in between. The schema is
    upgraded and the search index built afterward: if the index fails, the rows stay, and `check --repair` builds it.
    """
    manifest = verify(source)
    _check_revision(manifest.revision)
    if is_used():
        raise TargetNotEmpty(
            "The database isn't empty, and existing data is never overwritten. "
            "Set CRM_DATABASE_URL to an empty one, or move crm.sqlite* in CRM_DATA_DIR to another folder."
        )
    _fresh_schema(manifest.revision)
    with _without_foreign_keys() as connection:
        tables = {table.name: table for table in tables_of(connection)}
        for table in tables.values():
            connection.execute(table.delete())
        for name, content in members_of(source):
            _take(connection, tables, data_folder, name, content)
        _compare(connection, tables, manifest)
        _pause(connection, tables[CHANNEL], manifest.made_at)
        _number_on(connection, tables)
    upgrade(directory=str(ROOT / "migrations"))
    # Not before: an older schema has other indexes.
    with db.engine.begin() as connection:
        search.rebuild(connection)
        if connection.dialect.name == "postgresql":
            # The upgrade does it on SQLite. PostgreSQL would do it minutes later, and read whole tables until then.
            connection.exec_driver_sql("ANALYZE")
    return manifest


def _check_revision(revision: str) -> None:
    try:
        script = ScriptDirectory(str(ROOT / "migrations")).get_revision(revision)
    except CommandError:
        script = None
    if script is None:
        raise BadBackup(f"The backup has schema {revision}, which this release doesn't know. Install a later release.")


def is_used() -> bool:
    """Return whether this database has been used."""
    with db.engine.connect() as connection:
        existing = sa.inspect(connection).get_table_names()
        return any(
            connection.scalar(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1))
            for name in USED
            if name in existing
        )


def _fresh_schema(revision: str) -> None:
    """Create the tables as they were when the backup was made."""
    folder = str(ROOT / "migrations")
    with db.engine.connect() as connection:
        has_revision = sa.inspect(connection).has_table(REVISION)
    if has_revision:
        downgrade(directory=folder, revision="base")
    upgrade(directory=folder, revision=revision)


@contextmanager
def _without_foreign_keys() -> Iterator[sa.Connection]:
    """Begin a transaction in which rows may come in any order; at its end every reference is checked."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            raw: Any = connection.connection.dbapi_connection
            raw.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                    if broken:
                        raise BadBackup(f"The backup has references to missing rows: {broken[:3]}")
            finally:
                raw.execute("PRAGMA foreign_keys=ON")
        else:
            with connection.begin():
                keys = _foreign_keys(connection)
                for table, name, _definition in keys:
                    connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
                yield connection
                for table, name, definition in keys:
                    connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def _foreign_keys(connection: sa.Connection) -> list[tuple[str, str, str]]:
    """Return (table, name, definition) of each foreign key, quoted for PostgreSQL."""
    stmt = (
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    )
    return [(row[0], row[1], row[2]) for row in connection.exec_driver_sql(stmt)]


def _take(
    connection: sa.Connection, tables: dict[str, sa.Table], data_folder: Path, name: str, content: IO[bytes]
) -> None:
    """Load one member: rows into their table, a file into its folder."""
    if name == MANIFEST:
        return
    folder, _slash, rest = name.partition("/")
    if folder != "tables":
        _write_file(data_folder / folder / rest, content)
        return
    table = tables.get(rest.removesuffix(".jsonl"))
    if table is None:
        raise BadBackup(f"The backup has a table {rest}, which its schema doesn't have.")
    fill(connection, table, io.TextIOWrapper(content, encoding="utf-8"))


def _write_file(path: Path, content: IO[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as out:
        while piece := content.read(PIECE):
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)


def _compare(connection: sa.Connection, tables: dict[str, sa.Table], manifest: Manifest) -> None:
    for name, count in manifest.rows.items():
        loaded = connection.scalar(sa.select(sa.func.count()).select_from(tables[name]))
        if loaded != count:
            raise BadBackup(f"{loaded} of {count} rows of {name} were loaded.")


def _pause(connection: sa.Connection, channel: sa.Table, made_at: str) -> None:
    connection.execute(channel.delete())
    why = PAUSED_WHY % made_at[:16].replace("T", " ")
    values = {"id": 1, "paused_at": clock.now(), "why": why, "by_server": False}
    connection.execute(channel.insert().values(values))


def _number_on(connection: sa.Connection, tables: dict[str, sa.Table]) -> None:
    """Set PostgreSQL's sequences after the highest ids; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    quote = connection.dialect.identifier_preparer.quote
    for table in tables.values():
        if "id" in table.c:
            name = quote(table.name)
            counter = connection.scalar(sa.select(sa.func.pg_get_serial_sequence(name, "id")))
            if counter:
                last = sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0) + 1).scalar_subquery()
                connection.execute(sa.select(sa.func.setval(counter, last, False)))  # noqa: FBT003
