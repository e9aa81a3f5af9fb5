"""Sums of the interactions of a period by several groupings, in one statement that reads them once."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias
from crm.core.data.identity import User
from crm.core.data.ordered_join import join_in_order
from crm.core.data.record import Record, visible
from crm.interactions.models import InteractionClient, InteractionStaff, InteractionTime
from crm.interactions.policy import LONG_TERM_MINUTES
from crm.reference.models import Funder

from .interactions import count_confidential, select_counted
from .scope import COUNSELOR, LIMIT, ScopeParts

CLIENT: Any = alias(Record, "reports_client")
LINK, TIME = InteractionClient, InteractionTime
MINUTES: tuple[Any, ...] = (TIME.contact, TIME.prep, TIME.travel)
LINK_COLUMNS: tuple[Any, ...] = (
    LINK.interaction_id,
    LINK.client_id,
    LINK.funder_id,
    CLIENT.label,
    CLIENT.native_label,
)
NUMBERS = ("interactions", "contact", "prep", "travel", "clients")


class ActivityGroup(StrEnum):
    """What a row of the sums is about."""

    kind = "kind"
    """A type (`code`) and a team (`key`), without a number of clients."""
    staff = "staff"
    team = "team"
    """Only the number of clients."""
    client = "client"
    """`name` and `code` are the labels in both scripts."""
    funder = "funder"
    confidential = "confidential"
    """Only the number of confidential interactions, which are in no other row."""


def sum_or_zero(column: Any) -> sa.ColumnElement[int]:
    """Return the sum of a column; 0 without rows."""
    return sa.func.coalesce(sa.func.sum(column), 0)


@cached_query
def fetch_sums(viewer: AccessProfile, parts: ScopeParts) -> Select:
    """Sum the counted interactions; a row has grouping, key, code, name and NUMBERS."""
    counted = select_counted(viewer, parts)
    time = _select_time(counted, parts, counted.c.type, counted.c.team_id, TIME.user_id, TIME.client_id, *MINUTES)
    time_rows = time.cte("time_rows").prefix_with("MATERIALIZED")
    clients = _with_time(_select_clients(viewer, counted, counted.c.team_id, *LINK_COLUMNS, *MINUTES), parts)
    client_rows = clients.cte("client_rows").prefix_with("MATERIALIZED")
    confidential = count_confidential(viewer, parts).scalar_subquery()
    rows = [
        _by_kind(counted, time_rows),
        _by_staff(counted, time_rows, parts),
        _by_client(client_rows),
        _clients_by_team(client_rows),
        sa.select(*_columns(ActivityGroup.confidential, interactions=confidential)),
    ]
    rows += [] if viewer.hides_money else [_by_funder(client_rows)]
    return sa.union_all(*rows)  # type: ignore[return-value]


def _columns(grouping: ActivityGroup, key: Any = None, code: Any = None, name: Any = None, **numbers: Any) -> list[Any]:
    """Return the columns of a row: 0 for the numbers that it doesn't have."""
    return [
        sa.literal(grouping.value, sa.String).label("grouping"),
        sa.cast(sa.null() if key is None else key, sa.Integer).label("key"),
        sa.cast(sa.null() if code is None else code, sa.String).label("code"),
        sa.cast(sa.null() if name is None else name, sa.String).label("name"),
        *(sa.cast(numbers.get(number, 0), sa.Integer).label(number) for number in NUMBERS),
    ]


def _by_kind(counted: sa.CTE, time_rows: sa.CTE) -> sa.Select[Any]:
    zeros = (sa.literal(0).label(column.key) for column in MINUTES)
    number = sa.func.count().label("interactions")
    interactions = sa.select(counted.c.type, counted.c.team_id, number, *zeros)
    interactions = interactions.group_by(counted.c.type, counted.c.team_id)
    row = time_rows.c
    sums = (sa.func.sum(row[column.key]) for column in MINUTES)
    minutes = sa.select(row.type, row.team_id, sa.literal(0), *sums).group_by(row.type, row.team_id)
    both = sa.union_all(interactions, minutes).subquery("by_kind")
    columns = _columns(ActivityGroup.kind, both.c.team_id, both.c.type, **_sums(both))
    return sa.select(*columns).group_by(both.c.type, both.c.team_id)


def _by_staff(counted: sa.CTE, time_rows: sa.CTE, parts: ScopeParts) -> sa.Select[Any]:
    """Sum by user; two colleagues in one interaction both have it."""
    zeros = (sa.literal(0).label(column.key) for column in MINUTES)
    columns = (InteractionStaff.user_id, sa.literal(1).label("interactions"), *zeros, sa.null().label("client_id"))
    joined = join_in_order(counted, (InteractionStaff, InteractionStaff.interaction_id == counted.c.id))
    staff = sa.select(*columns).select_from(joined)
    staff = staff.where(InteractionStaff.user_id == COUNSELOR) if parts.counselor else staff
    row = time_rows.c
    minutes = sa.select(row.user_id, sa.literal(0), row.contact, row.prep, row.travel, row.client_id)
    both = sa.union_all(staff, minutes).subquery("staff_rows")
    clients = sa.func.count(sa.distinct(both.c.client_id)).label("clients")
    sums = [column.label(name) for name, column in _sums(both).items()]
    # Users are joined to the sums: SQLite would sort the rows by user and then again by name.
    by_staff = sa.select(both.c.user_id, *sums, clients).group_by(both.c.user_id).subquery("by_staff")
    numbers = {name: by_staff.c[name] for name in NUMBERS}
    result = _columns(ActivityGroup.staff, User.id, None, User.name, **numbers)
    return sa.select(*result).join_from(by_staff, User, User.id == by_staff.c.user_id)


def _sums(rows: Any) -> dict[str, sa.ColumnElement[int]]:
    return {name: sum_or_zero(rows.c[name]) for name in NUMBERS[:-1]}


def _by_client(client_rows: sa.CTE) -> sa.Select[Any]:
    row = client_rows.c
    sums = {str(column.key): sum_or_zero(row[column.key]) for column in MINUTES}
    number = sa.func.count(sa.distinct(row.interaction_id))
    columns = _columns(ActivityGroup.client, row.client_id, row.native_label, row.label, interactions=number, **sums)
    return sa.select(*columns).group_by(row.client_id, row.label, row.native_label)


def _by_funder(client_rows: sa.CTE) -> sa.Select[Any]:
    row = client_rows.c
    columns = _columns(
        ActivityGroup.funder,
        row.funder_id,
        None,
        Funder.name,
        interactions=sa.func.count(sa.distinct(row.interaction_id)),
        contact=sum_or_zero(row.contact),
        clients=sa.func.count(sa.distinct(row.client_id)),
    )
    stmt = sa.select(*columns).select_from(client_rows).outerjoin(Funder, Funder.id == row.funder_id)
    return stmt.group_by(row.funder_id, Funder.name)


def _clients_by_team(client_rows: sa.CTE) -> sa.Select[Any]:
    number = sa.func.count(sa.distinct(client_rows.c.client_id))
    columns = _columns(ActivityGroup.team, client_rows.c.team_id, clients=number)
    return sa.select(*columns).group_by(client_rows.c.team_id)


def _select_time(counted: sa.CTE, parts: ScopeParts, *columns: Any) -> sa.Select[Any]:
    """Select from the minutes of counted interactions; for a counselor only that user's."""
    stmt = sa.select(*columns).select_from(join_in_order(counted, (TIME, TIME.interaction_id == counted.c.id)))
    return stmt.where(TIME.user_id == COUNSELOR) if parts.counselor else stmt


def _select_clients(viewer: AccessProfile, counted: sa.CTE, *columns: Any) -> sa.Select[Any]:
    """Select from the clients of counted interactions, without confidential clients."""
    links = join_in_order(counted, (LINK, LINK.interaction_id == counted.c.id), (CLIENT, CLIENT.id == LINK.client_id))
    return sa.select(*columns).select_from(links).where(*_shows_client(viewer))


def _shows_client(viewer: AccessProfile) -> tuple[sa.ColumnElement[bool], ...]:
    return (visible(viewer, CLIENT), sa.not_(CLIENT.confidential))


def _select_links(counted: sa.CTE, *columns: Any) -> sa.Select[Any]:
    """Select from the clients of counted interactions; whether the viewer may see them is checked once for each."""
    return sa.select(*columns).select_from(join_in_order(counted, (LINK, LINK.interaction_id == counted.c.id)))


def _with_time(stmt: sa.Select[Any], parts: ScopeParts) -> sa.Select[Any]:
    """Join the minutes for the clients of interactions; for a counselor only that user's."""
    conditions = [TIME.interaction_id == LINK.interaction_id, TIME.client_id == LINK.client_id]
    return stmt.outerjoin(TIME, sa.and_(*conditions, *([TIME.user_id == COUNSELOR] if parts.counselor else [])))


@cached_query
def fetch_totals(viewer: AccessProfile, parts: ScopeParts) -> Select:
    """Return one row: counted and confidential interactions, minutes of each kind, clients."""
    counted = select_counted(viewer, parts)
    minutes = _select_time(counted, parts, *(sum_or_zero(column).label(column.key) for column in MINUTES))
    ids = _select_links(counted, LINK.client_id).distinct().subquery("client_ids")
    clients = sa.select(CLIENT.id).select_from(join_in_order(ids, (CLIENT, CLIENT.id == ids.c.client_id)))
    clients = clients.where(*_shows_client(viewer))
    return sa.select(
        sa.select(sa.func.count()).select_from(counted).scalar_subquery(),
        count_confidential(viewer, parts).scalar_subquery(),
        *minutes.subquery().c,
        sa.select(sa.func.count()).select_from(clients.subquery()).scalar_subquery(),
    )


@cached_query
def fetch_long_term(viewer: AccessProfile, parts: ScopeParts) -> Select:
    """Select the clients with many minutes of contact and preparation, those with the most first, and how many."""
    minutes = sum_or_zero(TIME.contact + TIME.prep).label("minutes")
    stmt = _with_time(_select_links(select_counted(viewer, parts), LINK.client_id, minutes), parts)
    sums = stmt.group_by(LINK.client_id).having(minutes >= LONG_TERM_MINUTES).subquery("long_term")
    columns = (CLIENT.id, CLIENT.label, CLIENT.native_label, sums.c.minutes)
    clients = sa.select(*columns, sa.func.count().over().label("number"))
    clients = clients.select_from(join_in_order(sums, (CLIENT, CLIENT.id == sums.c.client_id)))
    clients = clients.where(*_shows_client(viewer))
    return clients.order_by(sums.c.minutes.desc(), CLIENT.label, CLIENT.id).limit(LIMIT)
