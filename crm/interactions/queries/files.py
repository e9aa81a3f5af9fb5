"""The files of the interactions in the timeline of a record."""

from __future__ import annotations

from crm.core.data.page_positions import PagePosition
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.interactions.models import InteractionLink
from crm.records.file_queries import NewFileRow, read_new_files, select_new_files
from crm.records.models import Attachment


def list_files_of_interactions(
    actor: Actor, record_id: int, before: PagePosition | None = None, text: str = "", limit: int = 200
) -> list[NewFileRow]:
    """List the newest files of the interactions of a record that the actor may see, after a position.

    `text` must be in the name of the file.
    """
    stmt = (
        select_new_files()
        .join(InteractionLink, InteractionLink.interaction_id == Attachment.record_id)
        .where(InteractionLink.record_id == record_id, Record.archived_at.is_(None), visible(actor))
    )
    return read_new_files(stmt, before, text, {"limit": limit})
