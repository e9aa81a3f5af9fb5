"""Questions whose words are made once: what of an actor changes them, and how they are asked."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, wraps
from typing import Any, ClassVar

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import Select, fetch
from crm.core.policy import Actor, Right, Role


@dataclass(frozen=True)
class AccessProfile:
    """What of an actor changes the words of a question; who it is, and of which teams, are values told with it."""

    role: Role
    is_system: bool
    sees_all_teams: bool
    hides_money: bool
    rights: frozenset[Right]
    id: ClassVar[sa.BindParameter[Any]] = sa.bindparam("actor_id")
    today: ClassVar[sa.BindParameter[date]] = sa.bindparam("actor_today", type_=sa.Date)
    team_ids: ClassVar[sa.BindParameter[Any]] = sa.bindparam("actor_teams", expanding=True)

    @classmethod
    def of(cls, actor: Actor) -> AccessProfile:
        """The sight of an actor."""
        return cls(actor.role, actor.is_system, actor.sees_all_teams, actor.hides_money, actor.rights)


def of_own_teams(viewer: Actor | AccessProfile, team_id: Any) -> sa.ColumnElement[bool]:
    """Whether a team is one of the actor's."""
    of: sa.ColumnElement[bool] = team_id.in_(
        viewer.team_ids if isinstance(viewer, AccessProfile) else sorted(viewer.team_ids)
    )
    return of


def today_of(viewer: Actor | AccessProfile) -> sa.BindParameter[date] | date:
    """The calendar day of who asks: a day, or where it will be told."""
    return viewer.today if isinstance(viewer, AccessProfile) else clock.today(viewer.zone)


def question(build: Callable[..., Select]) -> Callable[..., Sequence[Any]]:
    """A question whose words are made once for each kind of sight, since making them costs more than the rows.

    It is asked with an actor and, by name, with what it leaves open (`sa.bindparam`). What else changes its words,
    such as filters, is told by place.
    """
    cached = lru_cache(maxsize=256)(build)

    @wraps(build)
    def ask(actor: Actor, *words: Hashable, **values: Any) -> Sequence[Any]:
        own = {"actor_id": actor.id, "actor_teams": sorted(actor.team_ids), "actor_today": clock.today(actor.zone)}
        return fetch(cached(AccessProfile.of(actor), *words), own | values)

    return ask
