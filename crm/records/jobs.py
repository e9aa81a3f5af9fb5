"""The job that deletes files without an attachment."""

from __future__ import annotations

from crm.core.data.jobs import job

from .services import delete_unused_files


@job(every=3600)
def delete_files() -> None:
    """Delete files of attachments that no longer exist, such as those of an undone upload, after a day."""
    delete_unused_files()
