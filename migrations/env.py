"""Runs migrations on the application's own engine; on SQLite with foreign keys off, checked at the end."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app

from crm.core.data.base import Base, db

HAND_MADE = ("record_fts",)
"""Tables of full-text search: made by hand per engine, unknown to the models."""


def include(_object: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:  # noqa: FBT001
    """Exclude the hand-made search tables and columns from comparisons."""
    return not (name or "").startswith(HAND_MADE) and not (kind == "column" and name == "search")


def run(connection: sa.Connection) -> None:
    """Run the requested migrations in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        include_object=include,
        user_module_prefix="crm.core.data.base.",
    )
    with context.begin_transaction():
        context.run_migrations()


def has_records(raw: Any) -> bool:
    """Return whether there are records: statistics of an empty database would make partial indexes look empty later."""
    exists = raw.execute("SELECT 1 FROM sqlite_schema WHERE name = 'record'").fetchone()
    return bool(exists and raw.execute("SELECT 1 FROM record LIMIT 1").fetchone())


def run_on_sqlite() -> None:
    """Batch migrations rebuild tables: with foreign keys on, that would delete child rows."""
    with db.engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        # The views that the search index reads would prevent rebuilding the table below them.
        raw.execute("PRAGMA legacy_alter_table=ON")
        try:
            run(connection)
            if connection.in_transaction():
                connection.commit()
            broken = raw.execute("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"migration leaves broken references: {broken[:5]}")
            if has_records(raw):
                # A new index without statistics is taken for one that finds ten rows.
                raw.execute("ANALYZE")
        finally:
            raw.execute("PRAGMA legacy_alter_table=OFF")
            raw.execute("PRAGMA foreign_keys=ON")


if context.is_offline_mode():
    raise RuntimeError("Migrations run against a database, not into a script.")
if db.engine.dialect.name == "sqlite":
    run_on_sqlite()
else:
    with current_app.app_context(), db.engine.connect() as open_connection:
        run(open_connection)
        open_connection.commit()
