"""The schema in the database must be the one this program was written for."""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask import Flask

from config import ROOT
from crm.core.data.base import db


class WrongRevision(RuntimeError):
    """The schema is older or newer than the program; the sentence says what to run."""


_NAMED = re.compile(r'^(revision|down_revision) = "(.+)"$', re.MULTILINE)


def _heads() -> set[str]:
    """The migrations that none follows. Their texts say it; loading them and Alembic takes a tenth of a second."""
    made: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for file in (ROOT / "migrations" / "versions").glob("*.py"):
        for which, name in _NAMED.findall(file.read_text(encoding="utf-8")):
            made[which].add(name)
    return made["revision"] - made["down_revision"]


def _current(connection: sa.Connection) -> set[str]:
    if not sa.inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.scalars(sa.text("SELECT version_num FROM alembic_version")))


def require_current_schema(app: Flask) -> None:
    """Look before serving or running jobs. Raises WrongRevision when the schema is not this program's."""
    wanted = _heads()
    with app.app_context(), db.engine.connect() as connection:
        found = _current(connection)
    if found != wanted:
        here, there = (", ".join(sorted(names)) or "no revision" for names in (found, wanted))
        raise WrongRevision(f"The database is at {here}, the program at {there}. Run: flask --app crm db upgrade")
