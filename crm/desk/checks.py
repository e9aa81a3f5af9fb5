"""Is what is kept in order? Each check gives sentences about what is wrong; what is derived can be made anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.exc import DatabaseError

from crm.core.data.base import db
from crm.core.ops.schema_check import WrongRevision, require_current_schema
from crm.core.search import search
from crm.core.search.index import INDEXES
from crm.core.web.files import folder
from crm.followups.dates import rebuild_next_steps, wrong_next_steps
from crm.interactions.dates import find_wrong_last_dates, rebuild_last_dates
from crm.opportunities.models import Opportunity, find_wrong_visibility_keys
from crm.records.models import Attachment
from crm.records.services import rebuild_access, wrong_access

MAX_SHOWN = 5
LEAST_FREE = 200 * 1024 * 1024
"""Bytes of free disk under which writing may soon fail."""


class Check(NamedTuple):
    """A check by name: what is wrong, in sentences; and how to mend it where it is derived from what is kept."""

    name: str
    wrong: Callable[[], list[str]]
    repair: Callable[[], object] | None = None


def _some(what: str, found: list[Any]) -> list[str]:
    """One sentence that names the first few; none when nothing was found."""
    if not found:
        return []
    more = f" and {len(found) - MAX_SHOWN} more" if len(found) > MAX_SHOWN else ""
    return [f"{what}: {', '.join(map(str, found[:MAX_SHOWN]))}{more}"]


def schema() -> list[str]:
    """Whether the tables are those of this program."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way
    try:
        require_current_schema(app)
    except WrongRevision as problem:
        return [str(problem)]
    return []


def _on_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def foreign_keys() -> list[str]:
    """References that lead nowhere. PostgreSQL lets none in, unless a constraint was made without looking."""
    if _on_sqlite():
        rows = db.session.execute(sa.text("PRAGMA foreign_key_check")).all()
        return _some("References that lead nowhere", [f"{row[0]} row {row[1]} to {row[2]}" for row in rows])
    asked = "SELECT conrelid::regclass || '.' || conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"
    return _some("Constraints that were never checked", list(db.session.scalars(sa.text(asked))))


def storage() -> list[str]:
    """Whether SQLite's own structures are sound. PostgreSQL has tools of its own for that."""
    if not _on_sqlite():
        return []
    return [said for said in db.session.scalars(sa.text("PRAGMA quick_check(5)")) if said != "ok"]


def search_index() -> list[str]:
    """Whether the search index holds the tokens of the records, no more and no less."""
    if _on_sqlite():
        try:
            # Rank 1 compares with the table the index is about.
            with db.session.begin_nested():
                for index in INDEXES.values():
                    db.session.execute(sa.text(f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)"))  # noqa: S608
        except DatabaseError:
            return ["The search index does not hold the names of the records."]
        return []
    asked = sa.text("SELECT count(*) FROM pg_index WHERE indisvalid AND indexrelid = to_regclass(:name)")
    good = all(db.session.scalar(asked, {"name": index}) for index in INDEXES.values())
    return [] if good else ["The search index is missing or not valid."]


def rebuild_search() -> None:
    """Make the search index anew."""
    search.drop_search(db.session.connection())
    search.create_search(db.session.connection())
    search.rebuild(db.session.connection())


def board() -> list[str]:
    """Cases counted under the wrong team on the board."""
    return _some(
        "Cases on the wrong shelf of the board", [row[0] for row in db.session.execute(find_wrong_visibility_keys())]
    )


def repair_board() -> None:
    """Put each case where it belongs, past versions and history."""
    table: Any = Opportunity.__table__
    for case_id, shelf in db.session.execute(find_wrong_visibility_keys()).all():
        db.session.execute(sa.update(table).where(table.c.id == case_id).values(shelf=shelf))


def attachments() -> list[str]:
    """Files that records name and the disk has not, or not in full."""
    kept = folder("attachments")
    rows = db.session.execute(sa.select(Attachment.id, Attachment.stored_as, Attachment.size).order_by(Attachment.id))
    return _some("Attachments whose file is missing or cut", [row.id for row in rows if not _is_whole(kept, row)])


def _is_whole(kept: Path, row: Any) -> bool:
    path = kept / Path(row.stored_as).name
    return path.is_file() and path.stat().st_size == row.size


def disk() -> list[str]:
    """Whether there is room to go on."""
    free = shutil.disk_usage(folder("attachments")).free
    return [] if free >= LEAST_FREE else [f"Only {free // 1024 // 1024} MB are free in the data folder."]


CHECKS = (
    Check("schema", schema),
    Check("storage", storage),
    Check("references", foreign_keys),
    Check("next steps", lambda: _some("(record, team) with a wrong next step", wrong_next_steps()), rebuild_next_steps),
    Check(
        "last contacts",
        lambda: _some("Records with a wrong last contact", find_wrong_last_dates()),
        rebuild_last_dates,
    ),
    Check("board", board, repair_board),
    Check(
        "access",
        lambda: _some("Records seen by people who may not see what they are about", wrong_access()),
        rebuild_access,
    ),
    Check("search", search_index, rebuild_search),
    Check("attachments", attachments),
    Check("disk", disk),
)
