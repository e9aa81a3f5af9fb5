"""The second counselor of an opportunity: another user of its team, who reads it while it is confidential."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.data.record import Record, RecordReader
from crm.core.errors import Invalid
from crm.core.hooks import DEPENDENT_UPDATES, REASSIGNED, USER_PARTS, UserPart
from crm.core.policy import Actor, may_make_confidential
from crm.core.words import _, _l
from crm.opportunities.models import Opportunity
from crm.records.services import check_counselor, require_access

FIELD = "second_counselor_id"


def set_second_counselor(actor: Actor, row: Opportunity, user_id: int | None) -> None:
    """Set or clear the second counselor of a flushed opportunity.

    Raises Invalid unless this is another active user who may see the opportunity, or may be named as its reader by the
    actor.
    """
    if user_id == row.second_counselor_id:
        return
    if row.confidential and not may_make_confidential(actor, row):
        raise Invalid(_("Only the counselor or a manager can choose who sees a confidential record."), FIELD)
    if user_id is not None:
        _check(row, user_id)
    former_id, row.second_counselor_id = row.second_counselor_id, user_id
    db.session.flush()
    if former_id is not None and row.confidential:
        _remove_reader(row, former_id)
    add_second_reader(row)


def _check(row: Opportunity, user_id: int) -> None:
    check_second_counselor(user_id, row.team_id, row.counselor_id)
    require_access(row, user_id, FIELD)


def check_second_counselor(user_id: int, team_id: int | None, counselor_id: int | None) -> None:
    """Raise Invalid unless this is another active user than the counselor, with access to records of the team."""
    if user_id == counselor_id:
        raise Invalid(_("Choose a different user than the counselor."), FIELD)
    try:
        check_counselor(user_id, team_id)
    except Invalid as problem:
        raise Invalid(problem.message, FIELD) from problem


def add_second_reader(row: Opportunity) -> None:
    """Make the second counselor a reader of a confidential opportunity, if they may see what it is about."""
    user_id = row.second_counselor_id
    if user_id is None or not row.confidential or user_id in row.reader_ids:
        return
    try:
        require_access(row, user_id, FIELD)
    except Invalid:
        return
    db.session.add(RecordReader(record_id=row.id, user_id=user_id))
    db.session.flush()


def _remove_reader(row: Opportunity, user_id: int) -> None:
    reader = db.session.get(RecordReader, (row.id, user_id))
    if reader is not None:
        db.session.delete(reader)
        db.session.flush()


def _update_second_reader(record: Record) -> None:
    if isinstance(record, Opportunity):
        add_second_reader(record)


def _clear_if_counselor(kind: str, ids: Sequence[int], _before: int | None, after: int | None) -> None:
    """Clear the second counselor of opportunities of which that user became the counselor."""
    if kind != "opportunity" or after is None:
        return
    stmt = sa.select(Opportunity).where(Opportunity.id.in_(ids), Opportunity.second_counselor_id == after)
    # The rows were changed without the session: their versions are newer than those in it.
    for row in db.session.scalars(stmt.execution_options(populate_existing=True)).all():
        row.second_counselor_id = None
    db.session.flush()


def _count_second_places(user_id: int) -> int:
    stmt = sa.select(sa.func.count()).select_from(Opportunity).where(Opportunity.second_counselor_id == user_id)
    return db.session.scalar(stmt) or 0


def _reassign(old: User, new_owner: User) -> int:
    """Reassign the second places of a user who leaves, clear those that the new owner can't take; return how many."""
    rows = db.session.scalars(sa.select(Opportunity).where(Opportunity.second_counselor_id == old.id)).all()
    for row in rows:
        row.second_counselor_id = new_owner.id if _may_take(row, new_owner.id) else None
    moved = sum(row.second_counselor_id == new_owner.id for row in rows)
    db.session.flush()
    return moved


def _may_take(row: Opportunity, user_id: int) -> bool:
    """Whether a new owner can become the second counselor: nobody chose them as a reader of a confidential one."""
    if row.confidential:
        return False
    try:
        _check(row, user_id)
    except Invalid:
        return False
    return True


DEPENDENT_UPDATES.append(_update_second_reader)
REASSIGNED.append(_clear_if_counselor)
USER_PARTS.append(UserPart(_l("Opportunities as second counselor"), _count_second_places, _reassign))
