"""What every record's page hands to its template, and the note that it was opened."""

from __future__ import annotations

from typing import Any

from flask import g

from crm.core.policy import Actor
from crm.core.record import Record
from crm.opportunities.queries import cases_of
from crm.records.services import note_recent

from .queries import common

HAVE_CASES = frozenset({"organization", "person", "product", "project", "need", "representation"})


def record_page(actor: Actor, record: Record, section: str) -> dict[str, Any]:
    """The common part of a record's page; marks `section` in the rail and remembers the visit after the request."""
    g.section = section
    user_id, record_id = actor.id, record.id
    if user_id is not None:
        g.after_commit.append(lambda: note_recent(user_id, record_id))
    made: dict[str, Any] = {"record": record, "common": common(actor, record)}
    if record.kind in HAVE_CASES:
        made["case_rows"] = cases_of(actor, [record.id])[record.id]
    return made
