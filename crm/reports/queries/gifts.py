"""Gifts in a period: sums by recipient, and the gifts themselves; confidential and archived ones are left out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.compliance.models import Gift
from crm.compliance.policy import GiftDirection, GiftKind, GiftState
from crm.compliance.queries import ORGANIZATION, PERSON, join_records
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.identity import Membership, User
from crm.people.policy import OfficialKind

from .scope import COUNSELOR, LIMIT, TEAMS, Scope, ScopeParts

FIRST, LAST = (sa.bindparam(name, type_=sa.Date) for name in ("first", "last"))
NAME = sa.func.coalesce(PERSON.label, ORGANIZATION.label)
NATIVE_NAME = sa.func.coalesce(PERSON.native_label, ORGANIZATION.native_label)


class GiftSum(NamedTuple):
    """The gifts with one direction and status: how many, and their value in US dollars as far as it is known.

    `with_usd` is how many have a value in US dollars: the others had no exchange rate.
    """

    direction: GiftDirection
    state: GiftState
    number: int
    with_usd: int
    usd: Decimal | None


class RecipientSum(NamedTuple):
    """What one person, or organization, was given: how many gifts, their value, and how many wait for approval.

    `with_usd` is how many have a value in US dollars, as in `GiftSum`.
    """

    person_id: int | None
    organization_id: int
    name: str
    native_name: str
    number: int
    with_usd: int
    usd: Decimal | None
    waiting: int
    last_on: date


class ReportedGift(NamedTuple):
    """A gift as the report lists it."""

    id: int
    given_on: date
    direction: GiftDirection
    name: str
    native_name: str
    organization: str | None
    official: OfficialKind
    kind: GiftKind
    description: str
    purpose: str
    amount: Decimal
    currency: str
    usd: Decimal | None
    user: str
    state: GiftState


def sum_gifts(scope: Scope, first: date, last: date) -> list[GiftSum]:
    """Add up the gifts from a day to a day, both included, by direction and status."""
    return [GiftSum._make(row) for row in scope.fetch(_sums, first=first, last=last)]


def list_recipients(scope: Scope, first: date, last: date, limit: int) -> list[RecipientSum]:
    """List who was given something from a day to a day, both included: the highest value first."""
    return [RecipientSum._make(row) for row in scope.fetch(_recipients, first=first, last=last, limit=limit)]


def list_reported_gifts(scope: Scope, first: date, last: date, limit: int) -> list[ReportedGift]:
    """List the gifts from a day to a day, both included, by date."""
    return [ReportedGift._make(row) for row in scope.fetch(_reported, first=first, last=last, limit=limit)]


def count_confidential_gifts(scope: Scope, first: date, last: date) -> int:
    """Count the confidential gifts that the report leaves out and its reader may see."""
    count: int = scope.fetch(_select_confidential, first=first, last=last)[0][0]
    return count


@cached_query
def _sums(viewer: AccessProfile, parts: ScopeParts) -> Select:
    numbers: list[Any] = [sa.func.count(Gift.id), sa.func.count(Gift.usd), sa.func.sum(Gift.usd)]
    return (
        _in_scope(sa.select(Gift.direction, Gift.state, *numbers), viewer, parts)
        .where(sa.not_(Gift.confidential))
        .group_by(Gift.direction, Gift.state)
    )


@cached_query
def _recipients(viewer: AccessProfile, parts: ScopeParts) -> Select:
    organization_id = sa.func.max(Gift.organization_id)
    value, waits = sa.func.sum(Gift.usd), sa.case((Gift.state == GiftState.needs_approval, 1), else_=0)
    group = (Gift.person_id, sa.case((Gift.person_id.is_(None), Gift.organization_id)))
    names: tuple[Any, ...] = (sa.func.max(NAME), sa.func.max(NATIVE_NAME))
    counts = (sa.func.count(Gift.id), sa.func.count(Gift.usd))
    numbers: tuple[Any, ...] = (*counts, value, sa.func.sum(waits), sa.func.max(Gift.given_on))
    return (
        _in_scope(sa.select(Gift.person_id, organization_id, *names, *numbers), viewer, parts)
        .where(sa.not_(Gift.confidential), Gift.direction == GiftDirection.by_us, Gift.state != GiftState.rejected)
        .group_by(*group)
        .order_by(sa.func.coalesce(value, 0).desc(), sa.func.count(Gift.id).desc(), sa.func.max(Gift.id))
        .limit(LIMIT)
    )


@cached_query
def _reported(viewer: AccessProfile, parts: ScopeParts) -> Select:
    G = Gift  # noqa: N806 - read a dozen times below
    columns = (G.id, G.given_on, G.direction, NAME.label("name"), NATIVE_NAME.label("native_name"), ORGANIZATION.label)
    gift = (G.official, G.kind, G.description, G.purpose, G.amount, G.currency, G.usd, User.name, G.state)
    return (
        _in_scope(sa.select(*columns, *gift), viewer, parts)
        .where(sa.not_(G.confidential))
        .order_by(G.given_on, G.id)
        .limit(LIMIT)
    )


@cached_query
def _select_confidential(viewer: AccessProfile, parts: ScopeParts) -> Select:
    return _in_scope(sa.select(sa.func.count(Gift.id)), viewer, parts).where(Gift.confidential)


def _in_scope(stmt: sa.Select[Any], viewer: AccessProfile, parts: ScopeParts) -> Select:
    """Limit gifts to those of the scope: of users of its teams, or of one user."""
    stmt = join_records(viewer, stmt.select_from(Gift)).join(User, User.id == Gift.user_id)
    stmt = stmt.where(Gift.given_on.between(FIRST, LAST), Gift.archived_at.is_(None))
    if parts.teams:
        stmt = stmt.where(Gift.user_id.in_(sa.select(Membership.user_id).where(Membership.team_id.in_(TEAMS))))
    if parts.counselor:
        stmt = stmt.where(Gift.user_id == COUNSELOR)
    return stmt
