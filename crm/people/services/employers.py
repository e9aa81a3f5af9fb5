"""Where the people of a record worked when it was written: the record is as confidential as these organizations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from crm.core.data.base import db, fetch
from crm.core.data.record import Record
from crm.core.data.rows import sync_rows
from crm.core.policy import Actor
from crm.people.models import RecordEmployer
from crm.people.queries import load_main_employers
from crm.records.services import require_access, require_one_team, update_access

KEY = ("person_id", "organization_id")


def set_client_access(actor: Actor, row: Record, contact_id: int | None, counselor_id: int | None) -> None:
    """Make a record of a client as confidential as the records it refers to, and its contact's organizations.

    Raises Invalid if the chosen counselor has no access to them.
    """
    db.session.flush()
    store_employers(actor, row, RecordEmployer.record_id, [contact_id])
    if not actor.is_system:
        require_access(row, counselor_id)
        require_one_team(row, "client_id")
    update_access(row.kind, [row.id])


def store_employers(
    actor: Actor, row: Any, parent: InstrumentedAttribute[int], person_ids: Iterable[int | None]
) -> None:
    """Store the main organizations of the people of a row, as far as the actor sees them.

    `parent` is the column of the table of employers that points to the row. What is stored about these people already
    stays: the text may be about where they worked then.
    """
    ids = [i for i in person_ids if i is not None]
    cls: Any = parent.class_
    stored = fetch(sa.select(cls.person_id, cls.organization_id).where(parent == row.id, cls.person_id.in_(ids)))
    pairs = sorted({*map(tuple, stored), *load_main_employers(actor, ids)})
    sync_rows(row, parent, [dict(zip(KEY, pair, strict=True)) for pair in pairs], key=KEY)
