"""Team and counselor of a record, and which records its texts may mention."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Membership, User
from crm.core.data.reassign import reassign
from crm.core.data.record import Record
from crm.core.errors import Invalid
from crm.core.policy import Actor, Role, may_change_counselor
from crm.core.words import _
from crm.records.policy import Access

from .access import managers_of, require_access, update_access, write_access
from .active_users import check_active


def belong_to(record: Record, host: Record) -> None:
    """Put a record into the team of the record it belongs to, with its access; shared if that one is shared."""
    db.session.flush()
    if host.team_id is None:
        write_access(record, Access(None, record.counselor_id, confidential=False, reader_ids=frozenset()))
    record.team_id = host.team_id
    update_access(record.kind, [record.id])


def may_name(record: Record, other: Record) -> bool:
    """Return whether the texts of a record may mention another one: all readers of the first may see the other."""
    if other.team_id is None:
        return True
    if other.team_id != record.team_id:
        return False
    reader_ids = {record.counselor_id, *record.reader_ids} - {None}
    if other.confidential:
        outside_ids = reader_ids - {other.counselor_id, *other.reader_ids}
        is_hidden_from_managers = other.without_managers and not record.without_managers
        return record.confidential and not is_hidden_from_managers and outside_ids <= managers_of([other], outside_ids)
    if not record.confidential:
        return True
    members = sa.select(Membership.user_id).where(
        Membership.team_id == other.team_id, Membership.user_id.in_(reader_ids)
    )
    return reader_ids <= set(db.session.scalars(members))


def change_counselor(record: Record, counselor_id: int | None) -> None:
    """Change the counselor of a record. Raises Invalid if the new counselor has no access to it."""
    check_counselor(counselor_id, record.team_id, confidential=record.confidential)
    require_access(record, counselor_id)
    reassign(counselor_id, record)


def assign_chosen_counselor(actor: Actor, record: Record, counselor_id: int | None) -> None:
    """Set the counselor that a form names, if it is another one, without updating what depends on it.

    Raises Invalid on `counselor_id` for an actor who may not reassign the record, and for a user without access.
    """
    if counselor_id == record.counselor_id:
        return
    if not may_change_counselor(actor, record):
        raise Invalid(_("Only the counselor or a manager can reassign this."), "counselor_id")
    check_counselor(counselor_id, record.team_id, confidential=record.confidential)
    record.counselor_id = counselor_id


def check_counselor(
    counselor_id: int | None, team_id: int | None, *, confidential: bool = False, is_new: bool = True
) -> None:
    """Raise Invalid on `counselor_id` unless this user has access to records of the team.

    A new counselor must also be active; one who already is the counselor (`is_new` False) may be deactivated.
    """
    if counselor_id is None:
        if confidential:
            raise Invalid(_("Choose a counselor. Confidential records need one."), "counselor_id")
        return
    if is_new:
        check_active([counselor_id], "counselor_id")
    if team_id is None:
        return
    member = sa.exists().where(Membership.user_id == User.id, Membership.team_id == team_id)
    has_access = sa.or_(User.role == Role.network_manager, member)
    if db.session.scalar(sa.select(User.id).where(User.id == counselor_id, has_access)) is None:
        raise Invalid(_("Choose a member of the record's team. Others don't have access to it."), "counselor_id")
