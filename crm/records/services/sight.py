"""Who sees a record, whose it is, and what its words may name."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from crm.core.db import db
from crm.core.errors import Invalid
from crm.core.giving import give_to
from crm.core.identity import Membership, User
from crm.core.policy import Role
from crm.core.record import Record, RecordReader, follow, refresh_derived
from crm.core.words import _

from .active import check_active


def set_sight(record: Record, *, confidential: bool, readers: Iterable[int]) -> None:
    """Make a record confidential for its counselor and these readers, or open again. Raises Invalid without a team."""
    if confidential and record.team_id is None:
        raise Invalid(_("A shared record cannot be confidential. Give it a team first."), "confidential")
    record.confidential = confidential
    wanted = set(readers) if confidential else set()
    held = {
        r.user_id: r for r in db.session.scalars(sa.select(RecordReader).where(RecordReader.record_id == record.id))
    }
    for user_id in wanted - held.keys():
        db.session.add(RecordReader(record_id=record.id, user_id=user_id))
    for user_id in held.keys() - wanted:
        db.session.delete(held[user_id])
    refresh_derived(record)
    follow(record)


def hang_on(record: Record, host: Record) -> None:
    """Put a record where the one it belongs to is: in its team, and no wider than its circle.

    It is not opened by itself when the other one is: it may hold a secret of its own.
    """
    record.team_id = host.team_id
    if host.confidential:
        circle = set(host.reader_ids) | ({host.counselor_id} if host.counselor_id else set())
        if record.counselor_id not in circle:
            record.counselor_id = host.counselor_id
        set_sight(record, confidential=True, readers=[i for i in circle if i != record.counselor_id])
    elif host.team_id is None and record.confidential:
        set_sight(record, confidential=False, readers=())
    db.session.flush()


def may_name(record: Record, other: Record) -> bool:
    """Whether the words of a record may name another one: whoever sees the first sees the other too."""
    if other.team_id is None:
        return True
    if other.team_id != record.team_id:
        return False
    circle = {record.counselor_id, *record.reader_ids} - {None}
    if other.confidential:
        return record.confidential and circle <= {other.counselor_id, *other.reader_ids}
    members = sa.select(Membership.user_id).where(Membership.team_id == other.team_id, Membership.user_id.in_(circle))
    return not record.confidential or circle <= set(db.session.scalars(members))


def hand_over(record: Record, counselor_id: int | None) -> None:
    """Change whose a record is. Raises Invalid when the new counselor would not see it."""
    check_counselor(counselor_id, record.team_id, confidential=record.confidential)
    give_to(counselor_id, record)


def check_counselor(
    counselor_id: int | None, team_id: int | None, *, confidential: bool = False, is_new: bool = True
) -> None:
    """Raise Invalid on `counselor_id` unless this user would see a record of the team they are to care for.

    A new counselor must be active as well; one who already is the counselor (`is_new` False) may be deactivated.
    """
    if counselor_id is None:
        if confidential:
            raise Invalid(_("A confidential record needs a counselor."), "counselor_id")
        return
    if is_new:
        check_active([counselor_id], "counselor_id")
    if team_id is None:
        return
    member = sa.exists().where(Membership.user_id == User.id, Membership.team_id == team_id)
    sees = sa.or_(User.role == Role.network_manager, member)
    if db.session.scalar(sa.select(User.id).where(User.id == counselor_id, sees)) is None:
        raise Invalid(_("Choose somebody of the record's team: others would not see it."), "counselor_id")


def seclude_with(rows: Iterable[Record], host: Record) -> None:
    """Draw what is about a confidential record into its circle; what has a circle of its own keeps it."""
    for row in rows:
        if host.confidential and not row.confidential:
            hang_on(row, host)
