"""Make a backup while people work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from crm.core import clock
from crm.core.data.base import db, reading
from crm.core.ops.backup.archive import FILES, MEMBER, Manifest, digest_of, pack
from crm.core.ops.backup.rows import lines_of, tables_of


@contextmanager
def one_view() -> Iterator[sa.Connection]:
    """Return a connection that sees one state of the database and doesn't block writers."""
    with reading(), db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


def write_backup(target: Path, data_folder: Path) -> Manifest:
    """Write all rows and files into one file. Raises ValueError for a database without our schema."""
    # In the target's directory: /tmp may be small, or in memory.
    with TemporaryDirectory(dir=target.resolve().parent, prefix=".backup-") as work, one_view() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision is None:
            raise ValueError("The database has no tables of Causeway. Run: flask --app crm db upgrade")
        members, rows = {}, {}
        for table in tables_of(connection):
            path = Path(work) / table.name
            rows[table.name] = _spool(connection, table, path)
            members[f"tables/{table.name}.jsonl"] = path
        # Files come after the rows: a file is on the disk before the row that names it is committed.
        members = _files(data_folder) | members
        digests = {name: _digest(path) for name, path in members.items()}
        manifest = Manifest(revision, clock.real_now().isoformat(), connection.dialect.name, rows, digests)
        pack(target, manifest, members)
        return manifest


def _spool(connection: sa.Connection, table: sa.Table, path: Path) -> int:
    count = -1  # line of column names
    with path.open("w", encoding="utf-8") as out:
        for line in lines_of(connection, table):
            out.write(line)
            count += 1
    return count


def _files(data_folder: Path) -> dict[str, Path]:
    paths = (path for kind in FILES for path in sorted((data_folder / kind).glob("*")) if path.is_file())
    named_paths = ((f"{path.parent.name}/{path.name}", path) for path in paths)
    return {name: path for name, path in named_paths if MEMBER.fullmatch(name)}


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return digest_of(source)
