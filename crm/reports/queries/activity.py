"""Interactions that took place in a period, and the minutes spent on clients in them."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.interactions.models import Interaction, InteractionClient, InteractionStaff, InteractionTime
from crm.interactions.policy import InteractionState, Kind

from .changes import BEGIN, END, moments
from .scope import COUNSELOR, TEAMS, Scope, ScopeParts

CLIENT: Any = alias(Record, "reports_client")
MINUTES: tuple[Any, ...] = (InteractionTime.contact, InteractionTime.prep, InteractionTime.travel)


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

    kind: Kind
    interactions: int
    contact: int


def load_activity_totals(scope: Scope, first: date, last: date) -> ActivityTotals:
    """Count interactions, minutes and clients from a day to a day, both included."""
    return ActivityTotals._make(scope.fetch(_totals, **moments(scope, first, last))[0])


def list_staff_activity(scope: Scope, first: date, last: date) -> list[StaffActivity]:
    """List the users with interactions or minutes from a day to a day, both included, by name."""
    span = moments(scope, first, last)
    taken_part = {row.user_id: row for row in scope.fetch(_staff, **span)}
    minutes = {row.user_id: row for row in scope.fetch(_minutes, **span)}
    rows = []
    for user_id in taken_part.keys() | minutes.keys():
        part, time = taken_part.get(user_id), minutes.get(user_id)
        name = part.name if part else minutes[user_id].name
        spent = tuple(time[2:]) if time else (0, 0, 0, 0)
        rows.append(StaffActivity(user_id, name, part.number if part else 0, *spent))
    return sorted(rows, key=lambda row: (row.name, row.user_id))


def list_kind_activity(scope: Scope, first: date, last: date) -> list[KindActivity]:
    """List the kinds of interactions from a day to a day, both included, the most frequent first."""
    return [KindActivity._make(row[:3]) for row in scope.fetch(_kinds, **moments(scope, first, last))]


def _conditions(viewer: AccessProfile, parts: ScopeParts) -> list[sa.ColumnElement[bool]]:
    """Return the conditions for interactions of the scope that took place, confidential ones included."""
    conditions = [
        Interaction.at >= BEGIN,
        Interaction.at < END,
        Interaction.state == InteractionState.held,
        Interaction.archived_at.is_(None),
        # Indexes of records begin with the kind.
        Interaction.kind == "interaction",
        visible(viewer, Interaction),
    ]
    if parts.teams:
        conditions.append(Interaction.team_id.in_(TEAMS))
    if parts.counselor:
        staff = sa.select(InteractionStaff.interaction_id).where(InteractionStaff.user_id == COUNSELOR)
        conditions.append(Interaction.id.in_(staff))
    return conditions


def select_counted(viewer: AccessProfile, parts: ScopeParts, *, once: bool = False) -> sa.FromClause:
    """Return id, type (`what`) and team of the interactions of a scope that took place and aren't confidential.

    once: for a statement that uses them several times, and reads them once.
    """
    conditions = (*_conditions(viewer, parts), sa.not_(Interaction.confidential))
    stmt = sa.select(Interaction.id, Interaction.what, Interaction.team_id).where(*conditions)
    return stmt.cte("counted").prefix_with("MATERIALIZED") if once else stmt.subquery()


def _time(rows: sa.FromClause, parts: ScopeParts, *columns: Any) -> sa.Select[Any]:
    """Select from the minutes of counted interactions; for a counselor only that user's."""
    stmt = sa.select(*columns).select_from(InteractionTime).join(rows, rows.c.id == InteractionTime.interaction_id)
    return stmt.where(InteractionTime.user_id == COUNSELOR) if parts.counselor else stmt


def sum_or_zero(column: Any) -> sa.ColumnElement[int]:
    """Return the sum of a column; 0 without rows."""
    return sa.func.coalesce(sa.func.sum(column), 0)


def _visible_client(viewer: AccessProfile) -> sa.ColumnElement[bool]:
    return sa.and_(visible(viewer, CLIENT), sa.not_(CLIENT.confidential))


@cached_query
def _totals(viewer: AccessProfile, parts: ScopeParts) -> Select:
    number, rows = sa.func.count(), select_counted(viewer, parts, once=True)
    counted = sa.select(number).select_from(rows)
    confidential = sa.select(number).select_from(Interaction).where(*_conditions(viewer, parts))
    confidential = confidential.where(Interaction.confidential)
    minutes = _time(rows, parts, *(sum_or_zero(column).label(column.key) for column in MINUTES))
    clients = select_clients(viewer, rows, sa.func.count(sa.distinct(InteractionClient.client_id)))
    return sa.select(
        counted.scalar_subquery(), confidential.scalar_subquery(), *minutes.subquery().c, clients.scalar_subquery()
    )


def select_clients(viewer: AccessProfile, rows: sa.FromClause, *columns: Any) -> sa.Select[Any]:
    """Select from the clients of counted interactions, without confidential clients."""
    return (
        sa.select(*columns)
        .select_from(InteractionClient)
        .join(rows, rows.c.id == InteractionClient.interaction_id)
        .join(CLIENT, CLIENT.id == InteractionClient.client_id)
        .where(_visible_client(viewer))
    )


@cached_query
def _staff(viewer: AccessProfile, parts: ScopeParts) -> Select:
    rows = select_counted(viewer, parts)
    stmt = (
        sa.select(User.id.label("user_id"), User.name, sa.func.count().label("number"))
        .select_from(InteractionStaff)
        .join(rows, rows.c.id == InteractionStaff.interaction_id)
        .join(User, User.id == InteractionStaff.user_id)
        .group_by(User.id, User.name)
    )
    return stmt.where(User.id == COUNSELOR) if parts.counselor else stmt


@cached_query
def _minutes(viewer: AccessProfile, parts: ScopeParts) -> Select:
    time = InteractionTime
    sums = (
        sum_or_zero(time.contact),
        sum_or_zero(time.prep),
        sum_or_zero(time.travel),
        sa.func.count(sa.distinct(time.client_id)),
    )
    stmt = _time(select_counted(viewer, parts), parts, User.id.label("user_id"), User.name, *sums)
    return stmt.join(User, User.id == time.user_id).group_by(User.id, User.name)


def sum_by(viewer: AccessProfile, parts: ScopeParts, name: str) -> sa.Select[Any]:
    """Select a column of the counted interactions, how many have its value, and their minutes of each kind."""
    rows = select_counted(viewer, parts, once=True)
    key, zeros = rows.c[name].label("key"), (sa.literal(0).label(column.key) for column in MINUTES)
    counted = sa.select(key, sa.literal(1).label("number"), *zeros)
    both = sa.union_all(counted, _time(rows, parts, key, sa.literal(0), *MINUTES)).subquery()
    totals = (sum_or_zero(both.c[column.key]) for column in MINUTES)
    return sa.select(both.c.key, sum_or_zero(both.c.number).label("interactions"), *totals).group_by(both.c.key)


@cached_query
def _kinds(viewer: AccessProfile, parts: ScopeParts) -> Select:
    kinds = sum_by(viewer, parts, "what")
    return kinds.order_by(sa.desc("interactions"), kinds.selected_columns[0])
