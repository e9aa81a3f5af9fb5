"""The mappings of columns to fields: stored per user and set of headings."""

from __future__ import annotations

from crm.core import clock
from crm.core.data.base import db
from crm.core.policy import Actor
from crm.imports.models import ImportMapping, ImportRun
from crm.imports.queries import load_mapping
from crm.imports.readers.headings import guessed_mapping, mapping_to_codes
from crm.imports.source import ImportSource


def load_column_codes(actor: Actor, source: ImportSource) -> list[str]:
    """Return the codes of the columns: as the actor last chose for these headings, or else as guessed."""
    saved = load_mapping(actor, source.kind, source.key) if source.table is not None else None
    if saved is not None and source.table is not None and len(saved) == len(source.table.headings):
        return saved
    return mapping_to_codes(guessed_mapping(source.guesses()))


def save_mapping(actor: Actor, run: ImportRun, source: ImportSource) -> None:
    """Store the fields that the actor chose for these headings."""
    if actor.id is None or source.table is None:
        return
    key = (actor.id, run.kind, source.key)
    row = db.session.get(ImportMapping, key) or ImportMapping(user_id=actor.id, kind=run.kind, heading_key=source.key)
    row.mapping, row.at = {"codes": list(run.options["codes"])}, clock.now()
    db.session.add(row)
    db.session.flush()
