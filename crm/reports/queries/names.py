"""Names of teams and users."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, fetch
from crm.core.data.history import Change
from crm.core.data.identity import Membership, Team, User
from crm.core.words import _

from .scope import COUNSELOR, TEAMS, Scope, ScopeParts


def load_names(model: type[Team | User], ids: Sequence[int]) -> dict[int, str]:
    """Return the names of teams or users by id."""
    return dict(map(tuple, fetch(_names(model), {"ids": ids}))) if ids else {}


@cache
def _names(model: type[Team | User]) -> Select:
    return sa.select(model.id, model.name).where(model.id.in_(sa.bindparam("ids", expanding=True)))


def scope_users(scope: Scope) -> list[tuple[int, str]]:
    """Return the present and former users of the teams of a scope, and its counselor in any case, by name.

    Deactivated ones are last.
    """
    return [
        (i, name if is_active else _("%(name)s (deactivated)", name=name)) for i, name, is_active in scope.fetch(_users)
    ]


@cached_query
def _users(_viewer: AccessProfile, parts: ScopeParts) -> Select:
    membership = sa.exists().where(Membership.user_id == User.id)
    is_member = membership.where(Membership.team_id.in_(TEAMS)) if parts.teams else membership
    is_choice = sa.or_(is_member, _was_member(parts), *([User.id == COUNSELOR] if parts.counselor else []))
    stmt = sa.select(User.id, User.name, User.active)
    return stmt.where(is_choice).order_by(User.active.desc(), User.name, User.id)


def _was_member(parts: ScopeParts) -> sa.ColumnElement[bool]:
    """Return the condition of users who left one of the teams; their interactions still count there."""
    key = sa.cast(User.id, sa.String) + "/" + sa.cast(Team.id, sa.String)
    condition = sa.exists().where(Change.table == Membership.__tablename__, Change.row_id == key)
    return condition.where(Team.id.in_(TEAMS)) if parts.teams else condition
