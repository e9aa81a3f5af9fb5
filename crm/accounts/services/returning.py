"""Return to a reactivated user the records that were reassigned when the user was deactivated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.accounts.policy import EventKind
from crm.accounts.security_log import add_event
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.history import Batch, Change
from crm.core.data.identity import Membership, User
from crm.core.data.reassign import reassign_all
from crm.core.data.record import Record
from crm.core.hooks import RETURN_PLACE
from crm.core.policy import Role

from .reassignment import BATCH_KIND, batch_title


class ReturnableRecords(NamedTuple):
    """Records that a user had, and that are still with the new owner."""

    owner: User
    record_ids: list[int]


def list_returnable(user: User) -> list[ReturnableRecords]:
    """Return what was reassigned at the deactivation and can be returned, by its present owner.

    Left out are records that have got another counselor since, and those of teams that the user isn't in anymore.
    """
    owners: dict[int, int] = {}
    for record_id, diff in db.session.execute(_select_changes(user)):
        before, after = diff.get("counselor_id", (None, None))
        if before == user.id and after is not None:
            owners[record_id] = after
    ids_by_owner = _find_returnable(user, owners)
    users = {row.id: row for row in db.session.scalars(sa.select(User).where(User.id.in_(ids_by_owner)))}
    return [ReturnableRecords(users[i], ids) for i, ids in sorted(ids_by_owner.items())]


def return_records(user: User) -> int:
    """Return the records to the user, with the history of each and an event for each owner. Returns the number.

    The user also attends planned interactions and meetings again that others attend instead.
    """
    number = 0
    for owner, ids in list_returnable(user):
        count = reassign_all(sa.and_(Record.id.in_(ids), Record.counselor_id == owner.id), owner.id, user.id)
        detail = f"{owner.email} → {user.email}"
        add_event(db.session(), EventKind.reassigned, user_id=owner.id, count=count, detail=detail)
        number += count
    _return_places(user)
    for batch in db.session.scalars(sa.select(Batch).where(*_is_batch_of(user))):
        batch.undone_at = clock.now()
    return number


def _return_places(user: User) -> None:
    """Let the user attend again what others attend in the user's place since the deactivation."""
    batch_ids = sa.select(Batch.id).where(*_is_batch_of(user))
    stmt = sa.select(Change.table, Change.row_id, Change.action).where(
        Change.batch_id.in_(batch_ids), Change.table.in_(RETURN_PLACE), Change.action.in_(("created", "deleted"))
    )
    new_attendees: dict[tuple[str, int], int] = {}
    places: list[tuple[str, int]] = []
    for table, key, action in db.session.execute(stmt.order_by(Change.id)):
        attended_id, user_id = map(int, key.split("/"))
        if action == "created":
            new_attendees[table, attended_id] = user_id
        elif user_id == user.id:
            places.append((table, attended_id))
    for table, attended_id in places:
        RETURN_PLACE[table](user, attended_id, new_attendees.get((table, attended_id)))
    db.session.flush()


def _is_batch_of(user: User) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Batch.kind == BATCH_KIND,
        Batch.title == batch_title(user),
        Batch.undone_at.is_(None),
        Batch.at >= (user.disabled_at or clock.now()),
    )


def _select_changes(user: User) -> sa.Select[Any]:
    batch_ids = sa.select(Batch.id).where(*_is_batch_of(user))
    return sa.select(Change.root_id, Change.diff).where(Change.batch_id.in_(batch_ids), Change.action == "changed")


def _find_returnable(user: User, owners: Mapping[int, int]) -> dict[int, list[int]]:
    """Return the ids of the records that their new owners still have and the user may have, by owner."""
    teams = sa.select(Membership.team_id).where(Membership.user_id == user.id)
    stmt = sa.select(Record.id, Record.counselor_id).where(Record.id.in_(owners)).order_by(Record.id)
    if user.role is not Role.network_manager:
        stmt = stmt.where(sa.or_(Record.team_id.is_(None), Record.team_id.in_(teams)))
    ids_by_owner: dict[int, list[int]] = {}
    for record_id, counselor_id in db.session.execute(stmt):
        if counselor_id == owners[record_id]:
            ids_by_owner.setdefault(counselor_id, []).append(record_id)
    return ids_by_owner
