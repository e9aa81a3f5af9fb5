"""Short transactions beside that of the request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine
from crm.core.data.base import db


@contextmanager
def own_transaction(*, durable: bool = True) -> Iterator[sa.orm.Session]:
    """Run a short separate transaction beside the request's. Never call it while the request's transaction has written.

    On one connection with an open transaction (tests) it is a savepoint. Without `durable` the commit doesn't wait for
    the disk: the last writes may be lost in a power failure.
    """
    with (
        nullcontext(db.engine) if durable else _connection_without_sync() as bind,
        sa.orm.Session(bind, join_transaction_mode="create_savepoint") as session,
        session.begin(),
    ):
        if not durable and session.get_bind().dialect.name == "postgresql":
            session.execute(sa.text("SET LOCAL synchronous_commit TO off"))
        yield session


@contextmanager
def _connection_without_sync() -> Iterator[Engine | Connection]:
    """Return a SQLite connection whose commits do not wait for the disk."""
    if db.engine.dialect.name != "sqlite" or not isinstance(db.engine, sa.Engine):
        yield db.engine
        return
    with db.engine.connect() as connection:
        # Outside SQLAlchemy, which would begin a transaction: the pragma can't be set inside one.
        raw: Any = connection.connection.dbapi_connection
        raw.execute("PRAGMA synchronous=NORMAL")
        try:
            yield connection
        finally:
            raw.execute("PRAGMA synchronous=FULL")
