"""Return to a reactivated user the records that were reassigned when the user was deactivated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
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


class AttendedPlace(NamedTuple):
    """What a user attended, and who attends instead; None if that user attends anyway."""

    table: str
    attended_id: int
    attendee_id: int | None


def list_returnable(user: User) -> list[ReturnableRecords]:
    """Return what was reassigned at the deactivation and can be returned, by its present owner.

    What the new owner passed on when that user left or changed jobs counts as still there. Left out are records that
    got another counselor in any other way, and those of teams that the user isn't in anymore.
    """
    owners: dict[int, int] = {}
    stmt = sa.select(Batch.title, Change.root_id, Change.diff).join(Batch, Batch.id == Change.batch_id)
    stmt = stmt.where(*_is_batch_since(user), Change.action == "changed").order_by(Change.id)
    for title, record_id, diff in db.session.execute(stmt):
        before, after = diff.get("counselor_id", (None, None))
        is_own = title == batch_title(user)
        if after is not None and before is not None and before == (user.id if is_own else owners.get(record_id)):
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
    for place in list_places(user):
        RETURN_PLACE[place.table](user, place.attended_id, place.attendee_id)
    db.session.flush()
    for batch in db.session.scalars(sa.select(Batch).where(*_is_batch_of(user))):
        batch.undone_at = clock.now()
    return number


def list_places(user: User) -> list[AttendedPlace]:
    """Return the planned interactions and meetings that others attend in the user's place since the deactivation."""
    stmt = sa.select(Batch.id, Batch.title, Change.table, Change.row_id, Change.action)
    stmt = stmt.join(Batch, Batch.id == Change.batch_id).where(
        *_is_batch_since(user), Change.table.in_(RETURN_PLACE), Change.action.in_(("created", "deleted"))
    )
    attendees: dict[tuple[str, int], int | None] = {}
    rows = db.session.execute(stmt.order_by(Batch.id, Change.id))
    for (_id, title), changes in groupby(rows, key=lambda row: (row.id, row.title)):
        added, removed = _split_places(changes)
        for place, user_ids in removed.items():
            former = user.id if title == batch_title(user) else attendees.get(place)
            if former in user_ids:
                attendees[place] = added.get(place)
    return [AttendedPlace(table, attended_id, attendee_id) for (table, attended_id), attendee_id in attendees.items()]


def _split_places(changes: Iterable[Any]) -> tuple[dict[tuple[str, int], int], dict[tuple[str, int], set[int]]]:
    """Return who attends since these changes, and who no longer does, by table and what is attended."""
    added: dict[tuple[str, int], int] = {}
    removed: dict[tuple[str, int], set[int]] = {}
    for _id, _title, table, key, action in changes:
        attended_id, user_id = map(int, key.split("/"))
        if action == "created":
            added[table, attended_id] = user_id
        else:
            removed.setdefault((table, attended_id), set()).add(user_id)
    return added, removed


def _is_batch_since(user: User) -> tuple[sa.ColumnElement[bool], ...]:
    return Batch.kind == BATCH_KIND, Batch.undone_at.is_(None), Batch.at >= (user.disabled_at or clock.now())


def _is_batch_of(user: User) -> tuple[sa.ColumnElement[bool], ...]:
    return (*_is_batch_since(user), Batch.title == batch_title(user))


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
