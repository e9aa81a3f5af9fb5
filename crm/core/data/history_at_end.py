"""The history of several flushes, written with one statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from crm.core.data.history import UNWRITTEN, insert_changes


@contextmanager
def history_at_end(session: Session) -> Iterator[None]:
    """Write the history of all flushes inside with one statement at the end, for code that flushes several times.

    Inside, nothing may read the history or roll back to a savepoint.
    """
    if UNWRITTEN in session.info:
        yield
        return
    rows: list[dict[str, Any]] = []
    session.info[UNWRITTEN] = rows
    try:
        yield
        session.flush()
    finally:
        del session.info[UNWRITTEN]
    if rows:
        insert_changes(session, rows)


def unwritten_changes(session: Session) -> Sequence[Mapping[str, Any]]:
    """Return the lines of the history that are not written yet (`history_at_end`), after a flush."""
    session.flush()
    lines: Sequence[Mapping[str, Any]] = session.info.get(UNWRITTEN, ())
    return lines
