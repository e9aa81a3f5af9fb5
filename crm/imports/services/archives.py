"""Archives of everything that a user may see: a zip file of all lists as CSV, and of the people as vCards.

Written by the job, which commits by itself. A killed job starts again when its lease has expired.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.identity import User, load_actor
from crm.core.i18n.formats import as_read_by
from crm.core.lists import Listing
from crm.core.lists.export import write_whole
from crm.core.policy import Actor, can
from crm.core.web.blueprint import RIGHTS
from crm.core.web.files import folder
from crm.imports.listings import list_feature_listings
from crm.imports.models import ExportArchive
from crm.imports.policy import ARCHIVE_DAYS, ArchiveState

FILES = "exports"
LEASE = timedelta(minutes=30)


def request_archive(actor: Actor) -> ExportArchive:
    """Let the job write a new archive for the actor; it replaces the former one. Flushes."""
    row = db.session.get(ExportArchive, actor.id) or ExportArchive(user_id=actor.id, rows=0)
    if row.state not in (ArchiveState.waiting.value, ArchiveState.writing.value):
        row.state, row.at, row.rows = ArchiveState.waiting.value, clock.now(), 0
        db.session.add(row)
        db.session.flush()
    return row


def write_archive(user_id: int) -> None:
    """Write the archive of a user, unless another worker writes it. Its time is that of the rights that it has."""
    now, began_at = clock.real_now(), clock.now()
    free = sa.or_(ExportArchive.state == ArchiveState.waiting.value, ExportArchive.lease_until < now)
    stmt = sa.update(ExportArchive).where(ExportArchive.user_id == user_id, free)
    result: Any = db.session.execute(stmt.values(state=ArchiveState.writing.value, lease_until=now + LEASE))
    actor = load_actor(db.session.get_one(User, user_id))
    db.session.commit()
    if not result.rowcount:
        return
    name = f"{new_uid()}.zip"
    with current_app.test_request_context(), as_read_by(actor):
        rows = _write_zip(actor, folder(FILES) / name)
    row = db.session.get_one(ExportArchive, user_id, populate_existing=True)
    _delete_file(row.stored_as)
    row.state, row.at, row.rows, row.stored_as = ArchiveState.ready.value, began_at, rows, name
    row.lease_until = None
    db.session.commit()


def _write_zip(actor: Actor, path: Path) -> int:
    """Write the file; an incomplete one is deleted. Return the number of rows."""
    rows = 0
    try:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for listing in list_readable_listings(actor):
                for kind in ("csv", "vcf"):
                    if kind in listing.formats:
                        with archive.open(f"{listing.name}.{kind}", "w", force_zip64=True) as out:
                            count = write_whole(listing, actor, out, kind)
                        rows += count if kind == "csv" else 0
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return rows


def list_readable_listings(actor: Actor) -> Sequence[Listing]:
    """Return the lists that the actor may open."""
    adapter = current_app.url_map.bind("localhost")
    return [x for x in list_feature_listings() if can(actor, RIGHTS[adapter.match(x.path)[0]])]


def delete_old_archives() -> None:
    """Delete archives after ARCHIVE_DAYS."""
    old = ExportArchive.at < clock.now() - timedelta(days=ARCHIVE_DAYS)
    rows = db.session.scalars(sa.select(ExportArchive).where(ExportArchive.state == ArchiveState.ready.value, old))
    for row in rows.all():
        _delete_file(row.stored_as)
        db.session.delete(row)
    db.session.commit()


def _delete_file(stored_as: str | None) -> None:
    if stored_as:
        (folder(FILES) / Path(stored_as).name).unlink(missing_ok=True)
