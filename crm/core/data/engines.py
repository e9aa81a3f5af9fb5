"""Which database engine is in use, where the SQL of the two differs."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, scoped_session

from crm.core.data.base import db

AnySession = Session | scoped_session[Any]


def on_sqlite() -> bool:
    """Return whether the current database is SQLite."""
    return db.session.get_bind().dialect.name == "sqlite"


def dialect_of(session: AnySession) -> Any:
    """Return SQLAlchemy's module of a session's engine: its `insert` has ON CONFLICT."""
    return postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
