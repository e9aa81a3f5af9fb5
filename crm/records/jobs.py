"""The jobs that delete files without an attachment, and old rows of what users opened and submitted."""

from __future__ import annotations

from crm.core.data.jobs import job
from crm.core.data.receipts import delete_old_receipts

from .services import delete_old_recents, delete_unused_files


@job(every=3600)
def delete_files() -> None:
    """Delete files of attachments that no longer exist, such as those of an undone upload, after a day."""
    delete_unused_files()


@job(every=3600)
def delete_recents() -> None:
    """Delete what users opened before the newest records: lists show a few of these."""
    delete_old_recents()


@job(every=3600)
def delete_receipts() -> None:
    """Delete what was stored about submitted forms, after 90 days."""
    delete_old_receipts()
