"""The database schema must be the one that this program was written for."""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask import Flask

from config import ROOT, SettingsError, make_settings
from crm.core.data.base import db, init_db
from crm.core.web.assets import flask_settings


class WrongRevision(RuntimeError):
    """The schema is older or newer than the program; the message names the command to run."""


_NAMED = re.compile(r'^(revision|down_revision) = "(.+)"$', re.MULTILINE)


def _load_migrations() -> tuple[set[str], set[str]]:
    """Return all migrations and the newest, read from their texts: loading them with Alembic takes 0.1 seconds."""
    assignments: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for file in (ROOT / "migrations" / "versions").glob("*.py"):
        for which, name in _NAMED.findall(file.read_text(encoding="utf-8")):
            assignments[which].add(name)
    return assignments["revision"], assignments["revision"] - assignments["down_revision"]


def _load_current_revisions(connection: sa.Connection) -> set[str]:
    if not sa.inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.scalars(sa.text("SELECT version_num FROM alembic_version")))


def require_current_schema(app: Flask) -> None:
    """Check the schema before serving or running jobs. Raises WrongRevision."""
    revisions, expected = _load_migrations()
    with app.app_context(), db.engine.connect() as connection:
        current = _load_current_revisions(connection)
    if current == expected:
        return
    current_names, expected_names = (", ".join(sorted(names)) or "no revision" for names in (current, expected))
    versions = f"The database is at {current_names}, the program at {expected_names}."
    if current <= revisions:
        raise WrongRevision(f"{versions} Run: flask --app crm db upgrade")
    raise WrongRevision(
        f"{versions} A later release of Causeway upgraded it. Install that release again, "
        "or restore a backup from before the upgrade into an empty database."
    )


def is_schema_current() -> bool:
    """Return whether the database of the settings has this program's schema; False if they or it can't be read.

    The program needn't be loaded.
    """
    app = Flask("crm", root_path=str(ROOT))
    try:
        app.config.from_mapping(flask_settings(make_settings()))
        init_db(app)
        require_current_schema(app)
        with app.app_context():
            db.engine.dispose()
    except (SettingsError, WrongRevision, sa.exc.SQLAlchemyError):
        return False
    return True
