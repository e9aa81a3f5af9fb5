"""Reassign the records of a user who leaves; other features add what else is reassigned."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Membership, Team, User
from crm.core.data.reassign import reassign_all
from crm.core.data.record import Record
from crm.core.errors import Invalid
from crm.core.hooks import REASSIGN_CONDITIONS, USER_REASSIGNED
from crm.core.policy import Role
from crm.core.words import _


def records_to_reassign(user_id: int) -> sa.ColumnElement[bool]:
    """Return the condition of the records that are reassigned when this user leaves."""
    unconditional = Record.kind.not_in(list(REASSIGN_CONDITIONS))
    conditional = [sa.and_(Record.kind == kind, condition()) for kind, condition in REASSIGN_CONDITIONS.items()]
    return sa.and_(Record.counselor_id == user_id, sa.or_(unconditional, *conditional))


def affected_team_ids(user_id: int) -> set[int]:
    """Return the ids of the teams that the records to reassign belong to; the new owner needs access to all."""
    stmt = sa.select(Record.team_id).where(records_to_reassign(user_id), Record.team_id.is_not(None)).distinct()
    return {team for team in db.session.scalars(stmt) if team is not None}


def may_take_over(user: User, team_ids: Collection[int], affected: set[int]) -> bool:
    """Return whether an active user with these teams has access to the records of the affected teams."""
    return user.active and (user.role is Role.network_manager or affected <= set(team_ids))


def list_new_owners(leaving_id: int) -> list[User]:
    """Return the users who can get the records of this user, sorted by name."""
    affected = affected_team_ids(leaving_id)
    teams: dict[int, set[int]] = {}
    for user_id, team_id in db.session.execute(sa.select(Membership.user_id, Membership.team_id)):
        teams.setdefault(user_id, set()).add(team_id)
    stmt = sa.select(User).where(User.active, User.id != leaving_id).order_by(User.name, User.id)
    return [user for user in db.session.scalars(stmt) if may_take_over(user, teams.get(user.id, ()), affected)]


def reassign_user_records(old: User, new_owner: User) -> int:
    """Reassign everything in this transaction, with an entry in the history of each record; return the number.

    Raises Invalid on `new_owner` if that is the same user, deactivated, or has no access to the records.
    """
    if new_owner.id == old.id:
        raise Invalid(_("Choose another user."), "new_owner")
    _check_new_owner(old, new_owner)
    records = reassign_all(records_to_reassign(old.id), old.id, new_owner.id)
    db.session.flush()
    return records + sum(move(old, new_owner) for move in USER_REASSIGNED)


def _check_new_owner(old: User, new_owner: User) -> None:
    affected = affected_team_ids(old.id)
    own = set(db.session.scalars(sa.select(Membership.team_id).where(Membership.user_id == new_owner.id)))
    if may_take_over(new_owner, own, affected):
        return
    if not new_owner.active:
        raise Invalid(_("%(name)s is deactivated. Choose an active user.", name=new_owner.name), "new_owner")
    stmt = sa.select(Team.name).where(Team.id.in_(affected - own)).order_by(Team.name)
    raise Invalid(
        _(
            "%(name)s isn't in %(teams)s and can't see the records. Choose another user.",
            name=new_owner.name,
            teams=", ".join(db.session.scalars(stmt)),
        ),
        "new_owner",
    )
