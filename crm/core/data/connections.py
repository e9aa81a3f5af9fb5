"""How each new connection to the database is set up."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

MAPPED_BYTES = 2**31
"""How much of a SQLite file is read directly from the system's file cache, without a copy for each connection."""
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    f"mmap_size={MAPPED_BYTES}",
)
POSTGRESQL_SETTINGS = {"jit": "off", "random_page_cost": "1.1", "work_mem": "16MB"}
"""Settings for many small statements on solid-state disks. A value that the operator has set stays."""
PREPARED_STATEMENTS = 2000
"""How many statements a connection keeps prepared: mixed pages use several hundred, the library keeps 100."""


def prepare_sqlite(engine: Engine) -> None:
    """Prepare an engine for SQLite: the mode of a new file, and the settings of each connection."""
    event.listen(engine, "do_connect", _create_sqlite_file)
    event.listen(engine, "connect", _set_up_sqlite)


def _create_sqlite_file(_dialect: Any, _record: Any, arguments: Any, _options: Any) -> None:
    """Create a missing SQLite file so that only its owner can read it; SQLite's other files get the same mode."""
    name = arguments[0] if arguments else ""
    if name and not name.startswith((":memory:", "file:")):
        # If it can't be created, connecting says why.
        with suppress(OSError):
            os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    """Set up a SQLite connection for several processes; SQLAlchemy's events begin the transactions."""
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def wait_longer(engine: Engine, seconds: float) -> None:
    """Let new connections to SQLite wait up to `seconds` for the lock; PostgreSQL has no such lock."""
    if engine.dialect.name == "sqlite":
        pragma = f"PRAGMA busy_timeout={round(seconds * 1000)}"
        event.listen(engine, "connect", lambda connection, _record: connection.execute(pragma))


def set_up_postgresql(connection: Any, _record: Any) -> None:
    """Set up a PostgreSQL connection for many small statements."""
    from psycopg.types.numeric import Int8Dumper  # noqa: PLC0415 - only needed here

    connection.prepared_max = PREPARED_STATEMENTS
    # By default the type of a number depends on its size, and each mixture of types is another prepared statement.
    connection.adapters.register_dumper(int, Int8Dumper)
    stmt = "SELECT set_config(name, %s, false) FROM pg_settings WHERE name = %s AND source = 'default'"
    with connection.cursor() as cursor:
        cursor.executemany(stmt, [(value, name) for name, value in POSTGRESQL_SETTINGS.items()])
    connection.commit()


def database_url(url: str) -> str:
    """Add our driver to a PostgreSQL URL; leave others unchanged."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url
