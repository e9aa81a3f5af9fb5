"""Whether the stored data is in order. Each check returns sentences about problems; derived data can be rebuilt."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.exc import DatabaseError

from crm.core.data.base import db
from crm.core.data.engines import on_sqlite
from crm.core.data.summaries import find_wrong_sums, rebuild_sums
from crm.core.data.visibility_keys import find_wrong_visibility_keys, refresh_visibility_keys
from crm.core.ops.schema_check import WrongRevision, require_current_schema
from crm.core.search import search
from crm.core.search.index import INDEXES
from crm.core.web.files import folder
from crm.duplicates.stored_keys import add_missing_keys, find_without_keys
from crm.followups.dates import rebuild_next_steps, wrong_next_steps
from crm.interactions.dates import find_wrong_last_dates, rebuild_last_dates
from crm.records.models import Attachment
from crm.records.services import find_wrong_access, rebuild_access

MAX_SHOWN = 5
LEAST_FREE = 200 * 1024 * 1024
"""Bytes of free disk below which writing may soon fail."""


class Check(NamedTuple):
    """A check by name: a function that returns problems, and one that repairs derived data."""

    name: str
    find_problems: Callable[[], list[str]]
    repair: Callable[[], object] | None = None


def _summarize(problem: str, items: list[Any]) -> list[str]:
    """Return one sentence that names the first few items; none without items."""
    if not items:
        return []
    more = f" and {len(items) - MAX_SHOWN} more" if len(items) > MAX_SHOWN else ""
    return [f"{problem}: {', '.join(map(str, items[:MAX_SHOWN]))}{more}"]


def check_schema() -> list[str]:
    """Check that the tables are those of this version."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way
    try:
        require_current_schema(app)
    except WrongRevision as problem:
        return [str(problem)]
    return []


def check_foreign_keys() -> list[str]:
    """Find references to missing rows. PostgreSQL prevents them, unless a constraint was added without validation."""
    if on_sqlite():
        rows = db.session.execute(sa.text("PRAGMA foreign_key_check")).all()
        return _summarize("References to missing rows", [f"{row[0]} row {row[1]} to {row[2]}" for row in rows])
    query = "SELECT conrelid::regclass || '.' || conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"
    return _summarize("Constraints that were never validated", list(db.session.scalars(sa.text(query))))


def check_storage() -> list[str]:
    """Check SQLite's own structures. PostgreSQL has its own tools for that."""
    if not on_sqlite():
        return []
    return [text for text in db.session.scalars(sa.text("PRAGMA quick_check(5)")) if text != "ok"]


def check_search_index() -> list[str]:
    """Check that the search index has exactly the tokens of the records."""
    if on_sqlite():
        try:
            # Rank 1 compares with the table the index is about.
            with db.session.begin_nested():
                for index in INDEXES.values():
                    db.session.execute(sa.text(f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)"))  # noqa: S608
        except DatabaseError:
            return ["The search index does not hold the names of the records."]
        return []
    stmt = sa.text("SELECT count(*) FROM pg_index WHERE indisvalid AND indexrelid = to_regclass(:name)")
    is_valid = all(db.session.scalar(stmt, {"name": index}) for index in INDEXES.values())
    return [] if is_valid else ["The search index is missing or not valid."]


def rebuild_search() -> None:
    """Rebuild the search index."""
    search.drop_search(db.session.connection())
    search.create_search(db.session.connection())
    search.rebuild(db.session.connection())


def check_visibility_keys() -> list[str]:
    """Find opportunities and interactions that the board and reports count for the wrong readers."""
    return _summarize(
        "Records with a wrong visibility key", [row.id for row in db.session.execute(find_wrong_visibility_keys())]
    )


def check_attachments() -> list[str]:
    """Find attachments whose file is missing, or shorter than it was."""
    directory = folder("attachments")
    rows = db.session.execute(sa.select(Attachment.id, Attachment.stored_as, Attachment.size).order_by(Attachment.id))
    return _summarize(
        "Attachments whose file is missing or cut", [row.id for row in rows if not _is_complete(directory, row)]
    )


def _is_complete(directory: Path, row: Any) -> bool:
    path = directory / Path(row.stored_as).name
    return path.is_file() and path.stat().st_size == row.size


def check_disk() -> list[str]:
    """Check that there is enough free disk space."""
    free = shutil.disk_usage(folder("attachments")).free
    return [] if free >= LEAST_FREE else [f"Only {free // 1024 // 1024} MB are free in the data folder."]


CHECKS = (
    Check("schema", check_schema),
    Check("storage", check_storage),
    Check("references", check_foreign_keys),
    Check(
        "next steps",
        lambda: _summarize("(record, team) with a wrong next step", wrong_next_steps()),
        rebuild_next_steps,
    ),
    Check(
        "last contacts",
        lambda: _summarize("Records with a wrong last interaction", find_wrong_last_dates()),
        rebuild_last_dates,
    ),
    Check("visibility keys", check_visibility_keys, lambda: refresh_visibility_keys(db.session.connection())),
    Check("summaries", lambda: _summarize("Wrong sums", find_wrong_sums()), rebuild_sums),
    Check(
        "access",
        lambda: _summarize("Records visible to people who may not see what they are about", find_wrong_access()),
        rebuild_access,
    ),
    Check("search", check_search_index, rebuild_search),
    Check(
        "name keys",
        lambda: _summarize("Records whose names or cities have keys of an earlier version", find_without_keys()),
        add_missing_keys,
    ),
    Check("attachments", check_attachments),
    Check("disk", check_disk),
)
