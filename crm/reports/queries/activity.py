"""Interactions that took place in a period, and the minutes spent on clients in them, by several groupings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from crm.core.data.identity import Team
from crm.interactions.days import day_params
from crm.interactions.policy import InteractionType

from .activity_sums import ActivityGroup, fetch_long_term, fetch_sums, fetch_totals
from .names import load_names
from .scope import Scope

Minutes = tuple[int, int, int, int]
"""Interactions, and the minutes of contact, preparation and travel in them."""


class ActivityTotals(NamedTuple):
    """Interactions, those that are confidential and in no other figure, and minutes for clients."""

    interactions: int
    confidential: int
    contact: int
    prep: int
    travel: int
    clients: int


class StaffActivity(NamedTuple):
    """The interactions of a user, and the minutes that the user spent on clients in a period."""

    user_id: int
    name: str
    interactions: int
    contact: int
    prep: int
    travel: int
    clients: int


class KindActivity(NamedTuple):
    """How many interactions of a kind there were, with how many contact minutes."""

    kind: InteractionType
    interactions: int
    contact: int


class TeamActivity(NamedTuple):
    """The interactions of a team (None: without one), the minutes in them, and how many clients they had."""

    team_id: int | None
    name: str
    interactions: int
    contact: int
    prep: int
    travel: int
    clients: int


class FunderActivity(NamedTuple):
    """The interactions for a funder (None: without one), the contact minutes in them, and how many clients they had."""

    funder_id: int | None
    name: str | None
    interactions: int
    minutes: int
    clients: int


class ClientActivity(NamedTuple):
    """The interactions for a client, and the minutes spent on it: of contact, and of all kinds."""

    id: int
    label: str
    native_label: str
    interactions: int
    contact: int
    minutes: int


class LongTermClient(NamedTuple):
    """A client with many hours, and its minutes of contact and preparation."""

    id: int
    label: str
    native_label: str
    minutes: int


@dataclass(frozen=True)
class Activity:
    """The interactions of a scope from a day to a day: all, by user, team, kind, funder and client.

    Users, teams and funders come by name, kinds with the most interactions first, clients with the most minutes.
    """

    totals: ActivityTotals
    staff: Sequence[StaffActivity]
    teams: Sequence[TeamActivity]
    kinds: Sequence[KindActivity]
    funders: Sequence[FunderActivity]
    clients: Sequence[ClientActivity]


def load_activity(scope: Scope, first: date, last: date) -> Activity:
    """Load the interactions of a scope from a day to a day, both included."""
    rows: dict[ActivityGroup, list[Any]] = defaultdict(list)
    for row in scope.fetch(fetch_sums, **day_params(first, last)):
        rows[ActivityGroup(row.grouping)].append(row)
    clients = [
        ClientActivity(row.key, row.name, row.code, row.interactions, row.contact, row.contact + row.prep + row.travel)
        for row in rows[ActivityGroup.client]
    ]
    staff = [StaffActivity(row.key, row.name, *_minutes(row), row.clients) for row in rows[ActivityGroup.staff]]
    funders = [FunderActivity(x.key, x.name, x.interactions, x.contact, x.clients) for x in rows[ActivityGroup.funder]]
    by_kind = _add_up((row.code, row) for row in rows[ActivityGroup.kind])
    kinds = [KindActivity(InteractionType.from_code(code), sums[0], sums[1]) for code, sums in by_kind.items()]
    by_team = _add_up((row.key, row) for row in rows[ActivityGroup.kind])
    clients_by_team = {row.key: row.clients for row in rows[ActivityGroup.team]}
    interactions, *minutes = map(sum, zip(*by_kind.values(), strict=True)) if by_kind else (0, 0, 0, 0)
    confidential = rows[ActivityGroup.confidential][0].interactions
    return Activity(
        totals=ActivityTotals._make((interactions, confidential, *minutes, len(clients))),
        staff=sorted(staff, key=lambda row: (row.name, row.user_id)),
        teams=_list_teams(scope, by_team, clients_by_team),
        kinds=sorted(kinds, key=lambda row: (-row.interactions, row.kind.value)),
        funders=sorted(funders, key=lambda row: (row.name is None, row.name or "", row.funder_id or 0)),
        clients=sorted(clients, key=lambda row: (-row.minutes, -row.interactions, row.label, row.id)),
    )


def _minutes(row: Any) -> Minutes:
    return (row.interactions, row.contact, row.prep, row.travel)


def _add_up(rows: Iterable[tuple[Any, Any]]) -> dict[Any, Minutes]:
    """Add up the rows of each key."""
    sums: dict[Any, Minutes] = {}
    for key, row in rows:
        one, other = sums.get(key, (0, 0, 0, 0)), _minutes(row)
        sums[key] = (one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3])
    return sums


def _list_teams(
    scope: Scope, sums: Mapping[int | None, Minutes], clients: Mapping[int | None, int]
) -> list[TeamActivity]:
    """List the teams of the scope, and others that have interactions."""
    team_ids = sums.keys() | set(scope.teams or ())
    names = load_names(Team, sorted(i for i in team_ids if i))
    rows = [TeamActivity(i, names.get(i or 0, ""), *sums.get(i, (0, 0, 0, 0)), clients.get(i, 0)) for i in team_ids]
    return sorted(rows, key=lambda row: (row.team_id is None, row.name, row.team_id))


def load_activity_totals(scope: Scope, first: date, last: date) -> ActivityTotals:
    """Count interactions, minutes and clients from a day to a day, both included."""
    return ActivityTotals._make(scope.fetch(fetch_totals, **day_params(first, last))[0])


def list_long_term_clients(scope: Scope, first: date, last: date, limit: int) -> tuple[list[LongTermClient], int]:
    """List clients with five or more hours of contact and preparation from a day to a day, both included.

    Those with the most hours come first. Also returns how many there are.
    """
    rows = scope.fetch(fetch_long_term, limit=limit, **day_params(first, last))
    return [LongTermClient._make(row[:4]) for row in rows], int(rows[0].number) if rows else 0
