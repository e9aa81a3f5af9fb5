"""The users that rows name as counselor or staff: one active user who has access to the record."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User, actor_of
from crm.core.data.record import Record, visible
from crm.core.policy import Actor
from crm.core.words import _

from .lookups import ImportUser, ReferenceLookup

Choice = tuple[ImportUser | None, str]
"""A user, or None and the reason why there is none."""


def choose_user(
    actor: Actor,
    lists: ReferenceLookup,
    text: str,
    team_id: int | None,
    confidential_ids: Collection[int] = (),
    *,
    allows_actor: bool = False,
) -> Choice:
    """Return the active user with this email address or name who may get a record of this team.

    Of several users with one name, this is the only one who has access; a record without a team goes to the actor's
    team. `confidential_ids` are confidential records that the record is about. With `allows_actor` the actor has access
    to them without a check.
    """
    user, problem = find_active_user(lists, text, team_id or actor.first_team_id, confidential_ids)
    if user is None or actor.is_system or (allows_actor and user.id == actor.id):
        return user, problem
    if not user.sees_team(team_id):
        return None, _("%(name)s isn't on this record's team. Choose a user who is.", name=user.name)
    if not _may_see_all(user, confidential_ids):
        return None, _("%(name)s doesn't have access to this confidential record.", name=user.name)
    return user, ""


def find_active_user(
    lists: ReferenceLookup, text: str, team_id: int | None, confidential_ids: Collection[int] = ()
) -> Choice:
    """Return the active user with this email address or name; of several, the only one with access to the team."""
    users = lists.find_users(text)
    active = [user for user in users if user.active]
    if len(active) > 1:
        able = [user for user in active if user.sees_team(team_id) and _may_see_all(user, confidential_ids)]
        if len(able) != 1:
            return None, ambiguous_user_message(text, len(active))
        active = able
    if not users:
        return None, _("“%(name)s” isn't a user. Check the spelling.", name=text[:60])
    if not active:
        return None, _("%(name)s is deactivated. Choose an active user.", name=users[0].name)
    return active[0], ""


def ambiguous_user_message(text: str, count: int) -> str:
    """Return the message for a name that several users have."""
    return _("Enter the email address. %(n)s users are named “%(name)s”.", n=count, name=text[:60])


def left_blank(problem: str, label: object) -> str:
    """Return the note that a user isn't imported."""
    return _("%(problem)s “%(field)s” was left blank.", problem=problem, field=label)


def _may_see_all(user: ImportUser, record_ids: Collection[int]) -> bool:
    """Return whether a user has access to all of these records."""
    if not record_ids:
        return True
    viewer = actor_of(db.session.get_one(User, user.id), list(user.team_ids))
    stmt = sa.select(sa.func.count()).select_from(Record).where(Record.id.in_(record_ids), visible(viewer))
    return db.session.scalar(stmt) == len(set(record_ids))
