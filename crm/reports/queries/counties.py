"""Clients, hours and opportunities by county."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.ordered_join import join_in_order
from crm.core.data.record import Record, visible
from crm.interactions.days import day_params
from crm.interactions.models import InteractionClient, InteractionTime
from crm.opportunities import change_conditions as cc
from crm.opportunities import conditions as c
from crm.opportunities.money import MoneyRow, money_columns
from crm.organizations.models import Client, Organization, OrganizationRoleLink
from crm.organizations.policy import OrganizationRole

from .activity_sums import sum_or_zero
from .changes import BEGIN, END, moments
from .interactions import select_counted
from .scope import COUNSELOR, TEAMS, Scope, ScopeParts, is_counted

COUNTY = sa.func.coalesce(Client.__table__.c.county, "")


class CountyClients(NamedTuple):
    """The clients of a county ("" without one): all, and those with interactions in the period, with the minutes."""

    county: str
    clients: int
    served: int
    minutes: int


def list_counties(scope: Scope, first: date, last: date) -> list[CountyClients]:
    """List the counties of clients, with those served from a day to a day, both included; the most clients first."""
    served = {row[0]: row[1:] for row in scope.fetch(_select_served, **day_params(first, last))}
    rows = [CountyClients(county, number, *served.get(county, (0, 0))) for county, number in scope.fetch(_clients)]
    return sorted(rows, key=lambda row: (row.county == "", -row.clients, row.county))


def sum_counties(scope: Scope, first: date, last: date) -> list[MoneyRow]:
    """Sum opportunities by (county of the client, "open" or "signed"): open today, and signed in the period."""
    rows = scope.fetch(_opportunities, **moments(scope, first, last))
    return [MoneyRow((row[0], row[1]), *row[2:]) for row in rows]


def _is_client(viewer: AccessProfile, parts: ScopeParts) -> list[sa.ColumnElement[bool]]:
    role = OrganizationRoleLink
    is_client = sa.exists().where(role.organization_id == Organization.id, role.role == OrganizationRole.client)
    return [is_client, *_of_scope(viewer, parts, Organization)]


def _of_scope(viewer: AccessProfile, parts: ScopeParts, record: Any) -> list[sa.ColumnElement[bool]]:
    conditions = [record.archived_at.is_(None), sa.not_(record.confidential), visible(viewer, record)]
    if parts.teams:
        conditions.append(record.team_id.in_(TEAMS))
    if parts.counselor:
        conditions.append(record.counselor_id == COUNSELOR)
    return conditions


@cached_query
def _clients(viewer: AccessProfile, parts: ScopeParts) -> Select:
    record, role, client = Record.__table__, OrganizationRoleLink, Client.__table__
    rows = join_in_order(role, (record, record.c.id == role.organization_id))
    return (
        sa.select(COUNTY, sa.func.count())
        .select_from(rows.outerjoin(client, client.c.organization_id == record.c.id))
        .where(role.role == OrganizationRole.client, *_of_scope(viewer, parts, record.c))
        .group_by(COUNTY)
    )


@cached_query
def _select_served(viewer: AccessProfile, parts: ScopeParts) -> Select:
    talks, time, link = select_counted(viewer, parts._replace(counselor=False)), InteractionTime, InteractionClient
    is_same = sa.and_(time.interaction_id == link.interaction_id, time.client_id == link.client_id)
    # By client first: the databases would rather join all clients with all their interactions.
    served = (
        sa.select(link.client_id, sum_or_zero(time.contact + time.prep + time.travel).label("minutes"))
        .select_from(join_in_order(talks, (link, link.interaction_id == talks.c.id)))
        .outerjoin(time, is_same)
        .group_by(link.client_id)
        .cte("served")
        .prefix_with("MATERIALIZED")
    )
    return (
        sa.select(COUNTY, sa.func.count(), sum_or_zero(served.c.minutes))
        .select_from(served)
        .join(Organization, Organization.id == served.c.client_id)
        .outerjoin(Client, Client.organization_id == served.c.client_id)
        .where(*_is_client(viewer, parts))
        .group_by(COUNTY)
    )


@cached_query
def _opportunities(_viewer: AccessProfile, parts: ScopeParts) -> Select:
    row, county = c.OPPORTUNITY.c, Client.__table__.c
    name = sa.func.coalesce(county.county, "")
    conditions = {"open": row.stage.in_(c.OPEN), "signed": cc.signed_between(BEGIN, END)}
    sums = (
        sa.select(name, sa.literal(state), row.currency, sa.func.count(), *money_columns())
        .select_from(c.OPPORTUNITY)
        .outerjoin(Client.__table__, county.organization_id == row.client_id)
        .where(is_counted(parts), condition)
        .group_by(name, row.currency)
        for state, condition in conditions.items()
    )
    return sa.union_all(*sums)  # type: ignore[return-value]
