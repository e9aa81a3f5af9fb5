"""Statements that are built once per access profile, and how they are executed for an actor."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, wraps
from typing import Any, ClassVar

import sqlalchemy as sa

from crm.calendars import day_bounds
from crm.core import clock
from crm.core.data.base import Instant, Select, fetch
from crm.core.policy import Actor, Right, Role

SHARED = 0
"""The visibility key of records without a team; those of a team have its id (`visibility_keys`)."""


@dataclass(frozen=True)
class AccessProfile:
    """What of an actor changes the text of a statement; the user id, the team ids and the date are bound parameters."""

    role: Role
    is_system: bool
    sees_all_teams: bool
    hides_money: bool
    rights: frozenset[Right]
    id: ClassVar[sa.BindParameter[Any]] = sa.bindparam("actor_id")
    today: ClassVar[sa.BindParameter[date]] = sa.bindparam("actor_today", type_=sa.Date)
    today_starts_at: ClassVar[sa.BindParameter[datetime]] = sa.bindparam("actor_today_starts_at", type_=Instant)
    team_ids: ClassVar[sa.BindParameter[Any]] = sa.bindparam("actor_teams", expanding=True)
    visibility_keys: ClassVar[sa.BindParameter[Any]] = sa.bindparam("actor_keys", expanding=True)

    @classmethod
    def of(cls, actor: Actor) -> AccessProfile:
        """Return the profile of an actor."""
        return cls(actor.role, actor.is_system, actor.sees_all_teams, actor.hides_money, actor.rights)


def of_own_teams(viewer: Actor | AccessProfile, team_id: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a team is one of the actor's."""
    own_ids = viewer.team_ids if isinstance(viewer, AccessProfile) else sorted(viewer.team_ids)
    condition: sa.ColumnElement[bool] = team_id.in_(own_ids)
    return condition


def today_of(viewer: Actor | AccessProfile) -> sa.BindParameter[date] | date:
    """Return the viewer's current date; for a profile, its parameter."""
    return viewer.today if isinstance(viewer, AccessProfile) else clock.today(viewer.zone)


def start_of_today(viewer: Actor | AccessProfile) -> sa.BindParameter[datetime] | datetime:
    """Return the moment at which the viewer's current date began; for a profile, its parameter."""
    if isinstance(viewer, AccessProfile):
        return viewer.today_starts_at
    return day_bounds(clock.today(viewer.zone), viewer.zone)[0]


def cached_query(build: Callable[..., Select]) -> Callable[..., Sequence[Any]]:
    """Build a statement once per access profile and execute it for an actor: building costs more than reading the rows.

    Call the result with an actor. Keyword arguments are values of the statement's parameters (`sa.bindparam`).
    Positional arguments, such as filters, go to `build` and change the text of the statement, so they must be hashable.
    """
    cached = lru_cache(maxsize=256)(build)

    @wraps(build)
    def execute(actor: Actor, *args: Hashable, **values: Any) -> Sequence[Any]:
        today = clock.today(actor.zone)
        dates = {"actor_today": today, "actor_today_starts_at": day_bounds(today, actor.zone)[0]}
        return fetch(cached(AccessProfile.of(actor), *args), actor_values(actor) | dates | values)

    return execute


def actor_values(actor: Actor) -> dict[str, Any]:
    """Return the actor's values of the parameters in the access rule of a profile."""
    team_ids = sorted(actor.team_ids)
    return {"actor_id": actor.id, "actor_teams": team_ids, "actor_keys": [SHARED, *team_ids]}
