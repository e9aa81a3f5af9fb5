"""Who leaves hands over: their records get the heir as counselor, and features add what else passes on."""

from __future__ import annotations

from collections.abc import Callable, Collection

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Membership, Team, User
from crm.core.data.reassign import reassign_all
from crm.core.data.record import Record
from crm.core.errors import Invalid
from crm.core.policy import Role
from crm.core.words import _

REASSIGN_USER_HOOKS: list[Callable[[User, User], int]] = []
"""What passes on beside the counselor of records: called with the old user and the heir, gives how many it moved."""

PASSES: dict[str, Callable[[], sa.ColumnElement[bool]]] = {}
"""Of a kind of record, which ones pass on: what is done stays with whoever did it. A kind not named passes whole.

The condition is one on `Record.id`: `Record.id.in_(sa.select(FollowUp.id).where(...))`.
"""


def records_to_reassign(user_id: int) -> sa.ColumnElement[bool]:
    """The condition of the records that pass on when this user leaves."""
    rest = Record.kind.not_in(list(PASSES))
    some = [sa.and_(Record.kind == kind, condition()) for kind, condition in PASSES.items()]
    return sa.and_(Record.counselor_id == user_id, sa.or_(rest, *some))


def affected_team_ids(user_id: int) -> set[int]:
    """The teams whose records pass on: an heir must see them."""
    stmt = sa.select(Record.team_id).where(records_to_reassign(user_id), Record.team_id.is_not(None)).distinct()
    return {team for team in db.session.scalars(stmt) if team is not None}


def may_inherit(user: User, team_ids: Collection[int], touched: set[int]) -> bool:
    """Whether the heir would see what they get."""
    return user.active and (user.role is Role.network_manager or touched <= set(team_ids))


def candidates(leaving_id: int) -> list[User]:
    """Whom the records of this user may go to, by name."""
    touched = affected_team_ids(leaving_id)
    teams: dict[int, set[int]] = {}
    for user_id, team_id in db.session.execute(sa.select(Membership.user_id, Membership.team_id)):
        teams.setdefault(user_id, set()).add(team_id)
    stmt = sa.select(User).where(User.active, User.id != leaving_id).order_by(User.name, User.id)
    return [user for user in db.session.scalars(stmt) if may_inherit(user, teams.get(user.id, ()), touched)]


def reassign_user_records(old: User, new_owner: User) -> int:
    """Move everything in this transaction; history names each record. Gives how many things moved.

    Raises Invalid on `heir` when the heir is disabled, the same person, or would not see what they get.
    """
    if new_owner.id == old.id:
        raise Invalid(_("Choose another user."), "heir")
    _refuse_blind_heir(old, new_owner)
    records = reassign_all(records_to_reassign(old.id), old.id, new_owner.id)
    db.session.flush()
    return records + sum(move(old, new_owner) for move in REASSIGN_USER_HOOKS)


def _refuse_blind_heir(old: User, new_owner: User) -> None:
    touched = affected_team_ids(old.id)
    own = set(db.session.scalars(sa.select(Membership.team_id).where(Membership.user_id == new_owner.id)))
    if may_inherit(new_owner, own, touched):
        return
    if not new_owner.active:
        raise Invalid(_("%(name)s is deactivated. Choose an active user.", name=new_owner.name), "heir")
    named = sa.select(Team.name).where(Team.id.in_(touched - own)).order_by(Team.name)
    raise Invalid(
        _(
            "%(name)s isn't in %(teams)s and can't see the records. Choose another user.",
            name=new_owner.name,
            teams=", ".join(db.session.scalars(named)),
        ),
        "heir",
    )
