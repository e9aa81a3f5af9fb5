"""The schema in the database must be the one this program was written for."""

from __future__ import annotations

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from .assets import ROOT
from .db import db


class WrongRevision(RuntimeError):
    """The schema is older or newer than the program; the sentence says what to run."""


def require_current_schema(app: Flask) -> None:
    """Look before serving or running jobs. Raises WrongRevision when the schema is not this program's."""
    wanted = set(ScriptDirectory(str(ROOT / "migrations")).get_heads())
    with app.app_context(), db.engine.connect() as connection:
        found = set(MigrationContext.configure(connection).get_current_heads())
    if found != wanted:
        here, there = (", ".join(sorted(names)) or "no revision" for names in (found, wanted))
        raise WrongRevision(f"The database is at {here}, the program at {there}. Run: flask --app crm db upgrade")
