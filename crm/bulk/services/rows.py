"""Change some of the selected records: rights are checked for each, and a refusal stops none of the others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from crm.bulk.policy import MAX_IMMEDIATE_ROWS
from crm.core.data.base import db
from crm.core.data.record import Record, visible
from crm.core.errors import Conflict, Forbidden, Invalid, NotFound
from crm.core.policy import Actor, can
from crm.core.words import _, _l

from .operations import BulkChange, RowAccess, change_many, change_one

NO_ACCESS = _l("You no longer have access to this record.")
NO_RIGHT = _l("You don't have permission to change this record.")


class Outcome(NamedTuple):
    """How many records were changed, and why the others were not, by id."""

    changed: int
    refused: dict[int, str]


def change_rows(actor: Actor, change: BulkChange, ids: Sequence[int]) -> Outcome:
    """Change these records on behalf of the actor; flushes."""
    access = _load_access(actor, ids)
    refused = {record_id: str(NO_ACCESS) for record_id in ids if record_id not in access}
    quick = [row for row in access.values() if change.is_quick and not row.confidential]
    allowed = [row for row in quick if can(actor, change.right, row)]
    refused |= {row.id: str(NO_RIGHT) for row in quick if row not in allowed} if len(allowed) < len(quick) else {}
    if allowed:
        refused |= change_many(actor, change, allowed)
    quick_ids = {row.id for row in quick}
    refused |= _change_one_by_one(actor, change, [i for i in access if i not in quick_ids])
    return Outcome(len(ids) - len(refused), refused)


def may_change_any(actor: Actor, change: BulkChange, ids: Collection[int]) -> bool:
    """Return whether the actor may change one of these records at least; of many it is assumed."""
    if len(ids) > MAX_IMMEDIATE_ROWS:
        return True
    access = _load_access(actor, ids).values()
    # The readers of a confidential record aren't loaded, and all users who see it may do most things with it.
    return any(row.confidential or can(actor, change.right, row) for row in access)


def _load_access(actor: Actor, ids: Collection[int]) -> dict[int, RowAccess]:
    """Return who may see the records, as far as the actor may see them."""
    columns = (Record.id, Record.team_id, Record.counselor_id, Record.confidential)
    stmt = (
        sa.select(*columns)
        .where(Record.id.in_(ids), Record.merged_into_id.is_(None), visible(actor))
        .order_by(Record.id)
    )
    return {row.id: RowAccess(*row) for row in db.session.execute(stmt)}


def _change_one_by_one(actor: Actor, change: BulkChange, ids: Collection[int]) -> dict[int, str]:
    entity = change.listing.entity
    rows = db.session.scalars(sa.select(entity).where(entity.id.in_(ids)).order_by(entity.id)).all() if ids else []
    return {row.id: reason for row in rows if (reason := _refusal(actor, change, row))}


def _refusal(actor: Actor, change: BulkChange, row: Record) -> str:
    """Change one record; return why it was not, or "" if it was."""
    if not can(actor, change.right, row):
        return str(NO_RIGHT)
    try:
        with db.session.begin_nested():
            change_one(actor, change, row)
    except (Invalid, Conflict) as problem:
        return str(problem)
    except (Forbidden, NotFound):
        return str(NO_RIGHT)
    except StaleDataError:
        return _("Someone else updated this record.")
    return ""
