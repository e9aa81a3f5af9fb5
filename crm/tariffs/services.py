"""Add, change, archive and restore tariff notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm.core import clock
from crm.core.data.base import db
from crm.core.policy import Actor

from .models import TariffNote


def save_note(actor: Actor, values: Mapping[str, Any], row: TariffNote | None = None) -> TariffNote:
    """Add or change a note; the actor is the author of a new one."""
    note = row or TariffNote(author_id=actor.id)
    for name, value in values.items():
        setattr(note, name, value)
    db.session.add(note)
    db.session.flush()
    return note


def archive_note(row: TariffNote) -> None:
    """Archive a note: records no longer show it."""
    row.archived_at = clock.now()
    db.session.flush()


def restore_note(row: TariffNote) -> None:
    """Restore a note from the archive."""
    row.archived_at = None
    db.session.flush()
