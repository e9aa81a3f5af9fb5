"""Interactions that took place in a period by team, with the minutes spent on clients in them."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.identity import Team
from crm.interactions.models import InteractionClient

from .activity import select_clients, select_counted, sum_by
from .changes import moments
from .names import load_names
from .scope import Scope, ScopeParts


class TeamActivity(NamedTuple):
    """The interactions of a team (None: without one), the minutes in them, and how many clients they had."""

    team_id: int | None
    name: str
    interactions: int
    contact: int
    prep: int
    travel: int
    clients: int


def list_team_activity(scope: Scope, first: date, last: date) -> list[TeamActivity]:
    """List the teams of a scope, and others with interactions from a day to a day, both included, by name."""
    span = moments(scope, first, last)
    sums = {row[0]: tuple(row[1:]) for row in scope.fetch(_teams, **span)}
    clients = dict(map(tuple, scope.fetch(_clients, **span)))
    team_ids = sums.keys() | set(scope.teams or ())
    names = load_names(Team, sorted(i for i in team_ids if i))
    rows = [
        TeamActivity._make((i, names.get(i or 0, ""), *sums.get(i, (0, 0, 0, 0)), clients.get(i, 0))) for i in team_ids
    ]
    return sorted(rows, key=lambda row: (row.team_id is None, row.name, row.team_id))


@cached_query
def _teams(viewer: AccessProfile, parts: ScopeParts) -> Select:
    return sum_by(viewer, parts, "team_id")


@cached_query
def _clients(viewer: AccessProfile, parts: ScopeParts) -> Select:
    number = sa.func.count(sa.distinct(InteractionClient.client_id))
    rows = select_counted(viewer, parts)
    return select_clients(viewer, rows, rows.c.team_id, number).group_by(rows.c.team_id)
