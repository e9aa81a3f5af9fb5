"""Interactions that took place in a period by funder and by client, with the minutes spent on them."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.interactions.models import InteractionClient, InteractionTime
from crm.interactions.policy import LONG_TERM_MINUTES
from crm.reference.models import Funder

from .activity import CLIENT, select_clients, select_counted, sum_or_zero
from .changes import moments
from .scope import COUNSELOR, Scope, ScopeParts


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


def list_funder_activity(scope: Scope, first: date, last: date) -> list[FunderActivity]:
    """List the funders of interactions from a day to a day, both included, by name."""
    return [FunderActivity._make(row) for row in scope.fetch(_funders, **moments(scope, first, last))]


def list_client_activity(scope: Scope, first: date, last: date) -> list[ClientActivity]:
    """List the clients of interactions from a day to a day, both included, the most minutes first."""
    return [ClientActivity._make(row) for row in scope.fetch(_clients, **moments(scope, first, last))]


def count_long_term_clients(scope: Scope, first: date, last: date) -> int:
    """Count the clients with five or more hours of contact and preparation from a day to a day, both included."""
    return int(scope.fetch(_long_term, **moments(scope, first, last))[0][0])


def _with_time(viewer: AccessProfile, parts: ScopeParts, *columns: Any) -> sa.Select[Any]:
    """Select from the clients of counted interactions and the minutes for them; for a counselor only that user's."""
    client, time = InteractionClient, InteractionTime
    conditions = [time.interaction_id == client.interaction_id, time.client_id == client.client_id]
    conditions += [time.user_id == COUNSELOR] if parts.counselor else []
    stmt = select_clients(viewer, select_counted(viewer, parts), *columns)
    return stmt.outerjoin(time, sa.and_(*conditions))


@cached_query
def _funders(viewer: AccessProfile, parts: ScopeParts) -> Select:
    client, time = InteractionClient, InteractionTime
    columns = (
        client.funder_id,
        Funder.name,
        sa.func.count(sa.distinct(client.interaction_id)),
        sum_or_zero(time.contact),
        sa.func.count(sa.distinct(client.client_id)),
    )
    stmt = _with_time(viewer, parts, *columns)
    stmt = stmt.outerjoin(Funder, Funder.id == client.funder_id)
    return stmt.group_by(client.funder_id, Funder.name).order_by(Funder.name, client.funder_id)


@cached_query
def _clients(viewer: AccessProfile, parts: ScopeParts) -> Select:
    time = InteractionTime
    number = sa.func.count(sa.distinct(InteractionClient.interaction_id))
    total = sum_or_zero(time.contact + time.prep + time.travel)
    columns = (CLIENT.id, CLIENT.label, CLIENT.native_label, number, sum_or_zero(time.contact), total)
    stmt = _with_time(viewer, parts, *columns).group_by(CLIENT.id, CLIENT.label, CLIENT.native_label)
    return stmt.order_by(total.desc(), number.desc(), CLIENT.label, CLIENT.id)


@cached_query
def _long_term(viewer: AccessProfile, parts: ScopeParts) -> Select:
    time = InteractionTime
    stmt = _with_time(viewer, parts, CLIENT.id).group_by(CLIENT.id)
    clients = stmt.having(sum_or_zero(time.contact + time.prep) >= LONG_TERM_MINUTES).subquery()
    return sa.select(sa.func.count()).select_from(clients)
