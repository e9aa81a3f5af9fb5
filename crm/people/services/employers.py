"""Where the people of a record worked when it was written: the record is as confidential as these organizations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from crm.core.data.base import fetch
from crm.core.data.rows import sync_rows
from crm.core.policy import Actor
from crm.people.queries import load_main_employers

KEY = ("person_id", "organization_id")


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
