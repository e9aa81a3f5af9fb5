"""Queries about gifts: only those of which the actor may see the person, the organization and the occasion."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias, db, fetch
from crm.core.data.history import Change
from crm.core.data.identity import User, load_actors
from crm.core.data.record import Record, visible
from crm.core.errors import Forbidden, NotFound
from crm.core.policy import Actor, Role, can, may_see
from crm.reference.queries import find_gift_limit

from .models import Gift
from .policy import GiftDirection, GiftKind, GiftLimits, GiftState, YearTotal, approves_gifts, may_decide

PERSON, ORGANIZATION, OCCASION = (alias(Record, f"gift_{name}") for name in ("person", "organization", "occasion"))
MAX_SHOWN = 5


class GiftRow(NamedTuple):
    """A gift as a panel shows it; the person is None for a gift between an organization and our staff."""

    id: int
    direction: GiftDirection
    kind: GiftKind
    given_on: date
    description: str
    amount: Decimal
    currency: str
    usd: Decimal | None
    state: GiftState
    person_id: int | None
    person: str | None
    native_person: str | None
    organization_id: int | None
    organization: str | None
    native_organization: str | None
    user: str


class GiftNames(NamedTuple):
    """What a gift names: records that the reader may see, or None, and users."""

    person: Record | None
    organization: Record | None
    occasion: Record | None
    user: str
    decided_by: str


def join_records(viewer: Actor | AccessProfile, stmt: sa.Select[Any]) -> sa.Select[Any]:
    """Join person, organization and occasion to gifts of which the viewer may see all three."""
    for record, column in (
        (PERSON, Gift.person_id),
        (ORGANIZATION, Gift.organization_id),
        (OCCASION, Gift.occasion_id),
    ):
        stmt = stmt.outerjoin(record, record.id == column).where(sa.or_(column.is_(None), visible(viewer, record)))
    return stmt


def visible_gifts(actor: Actor) -> sa.Select[Any]:
    return join_records(actor, sa.select(Gift)).join(User, User.id == Gift.user_id)


def get_gift(actor: Actor, gift_id: int, right: str | None = None) -> Gift:
    """Return a gift. Raises NotFound when it is missing or not visible, and Forbidden without `right` on its person."""
    row: Gift | None = db.session.scalars(join_records(actor, sa.select(Gift)).where(Gift.id == gift_id)).one_or_none()
    if row is None:
        raise NotFound
    if right is not None and not can(actor, right, get_other_side(row)):
        raise Forbidden
    return row


def get_other_side(row: Gift) -> Record:
    """Return the record of the person, or of the organization if the gift names no person."""
    return db.session.get_one(Record, row.person_id or row.organization_id)


def is_own(user_id: Any) -> sa.ColumnElement[bool]:
    """Return the condition of gifts that name a user as our staff, or did so by an entry of that user.

    A user whom a colleague entered and a colleague replaced was entered by mistake.
    """
    old, new = (Change.diff["user_id", position].as_integer() for position in (0, 1))
    was_own = sa.exists().where(
        Change.table == Gift.__tablename__,
        Change.actor_id == user_id,
        Change.row_id == sa.cast(Gift.id, sa.String),
        sa.or_(old == user_id, new == user_id),
    )
    return sa.or_(Gift.user_id == user_id, was_own.correlate_except(Change))


def waits_for_decision_of(user_id: Any) -> sa.ColumnElement[bool]:
    """Return the condition of gifts about which a user who approves gifts has to decide."""
    return sa.and_(Gift.state == GiftState.needs_approval, sa.not_(is_own(user_id)))


def may_decide_about(actor: Actor, row: Gift) -> bool:
    if not approves_gifts(actor):
        return False
    own = sa.select(sa.exists().where(Gift.id == row.id, is_own(actor.id)))
    return may_decide(actor, is_own=bool(db.session.scalar(own)))


def has_approver(row: Gift, names: GiftNames) -> bool:
    """Return whether an active user can decide about a gift: who sees what it names, and whose own it isn't."""
    approves = sa.or_(User.role.in_((Role.manager, Role.network_manager)), User.has_compliance)
    own = sa.exists().where(Gift.id == row.id, is_own(User.id))
    actors = load_actors(User.active, User.password.is_not(None), approves, sa.not_(own))
    records = [record for record in (names.person, names.organization, names.occasion) if record is not None]
    return any(all(may_see(actor, record) for record in records) for actor in actors)


def load_names(row: Gift) -> GiftNames:
    """Return the records and the users that a visible gift names."""
    users = dict(fetch(sa.select(User.id, User.name).where(User.id.in_((row.user_id, row.decided_by_id or 0)))))
    return GiftNames(
        _record(row.person_id),
        _record(row.organization_id),
        _record(row.occasion_id),
        users.get(row.user_id, ""),
        users.get(row.decided_by_id or 0, ""),
    )


def _record(record_id: int | None) -> Record | None:
    return db.session.get(Record, record_id) if record_id is not None else None


def load_limits(day: date) -> GiftLimits:
    return GiftLimits(*find_gift_limit(day))


def sum_year(actor: Actor, row: Gift, day: date | None = None) -> YearTotal:
    """Add up the gifts of the same recipient in the calendar year of a gift, up to `day` if given.

    The recipient of a given gift is its person, else its organization; of a received one our user. Archived and
    rejected gifts don't count, nor those that the actor may not see.
    """
    first, last = date(row.given_on.year, 1, 1), day or date(row.given_on.year, 12, 31)
    columns: list[Any] = [sa.func.count(Gift.id), sa.func.sum(Gift.usd)]
    stmt = (
        join_records(actor, sa.select(*columns).select_from(Gift))
        .where(Gift.direction == row.direction, Gift.given_on.between(first, last))
        .where(Gift.archived_at.is_(None), Gift.state != GiftState.rejected, _same_recipient(row))
    )
    number, usd = fetch(stmt)[0]
    return YearTotal(number, Decimal(usd or 0))


def list_later_gifts(actor: Actor, row: Gift) -> list[Gift]:
    """Return the later gifts of the same recipient in the calendar year of a gift that need no approval so far."""
    last = date(row.given_on.year, 12, 31)
    stmt = (
        join_records(actor, sa.select(Gift))
        .where(Gift.direction == row.direction, Gift.given_on > row.given_on, Gift.given_on <= last)
        .where(Gift.archived_at.is_(None), Gift.state == GiftState.not_needed, _same_recipient(row))
    )
    return list(db.session.scalars(stmt.order_by(Gift.given_on, Gift.id)))


def list_gifts_within_limits(actor: Actor, recipient: Record) -> list[Gift]:
    """Return the gifts from us to a person or an organization that need no approval so far, by date."""
    is_recipient = (
        Gift.person_id == recipient.id
        if recipient.kind == "person"
        else sa.and_(Gift.person_id.is_(None), Gift.organization_id == recipient.id)
    )
    stmt = join_records(actor, sa.select(Gift)).where(is_recipient, Gift.direction == GiftDirection.by_us)
    stmt = stmt.where(Gift.archived_at.is_(None), Gift.state == GiftState.not_needed)
    return list(db.session.scalars(stmt.order_by(Gift.given_on, Gift.id)))


def _same_recipient(row: Gift) -> sa.ColumnElement[bool]:
    if row.direction is GiftDirection.to_us:
        return Gift.user_id == row.user_id
    if row.person_id is not None:
        return Gift.person_id == row.person_id
    return sa.and_(Gift.person_id.is_(None), Gift.organization_id == row.organization_id)


def list_gifts(actor: Actor, kind: str, record_id: int) -> list[GiftRow]:
    """List the newest gifts of a person, an organization, or an occasion; at most MAX_SHOWN + 1."""
    query = {"person": _gifts_of_person, "organization": _gifts_of_organization}.get(kind, _gifts_at_occasion)
    return [GiftRow._make(row) for row in query(actor, record=record_id)]


@cached_query
def _gifts_of_person(viewer: AccessProfile) -> Select:
    return _gifts(viewer).where(Gift.person_id == sa.bindparam("record"))


@cached_query
def _gifts_of_organization(viewer: AccessProfile) -> Select:
    return _gifts(viewer).where(Gift.organization_id == sa.bindparam("record"))


@cached_query
def _gifts_at_occasion(viewer: AccessProfile) -> Select:
    return _gifts(viewer).where(Gift.occasion_id == sa.bindparam("record"))


def _gifts(viewer: AccessProfile) -> Select:
    G = Gift  # noqa: N806 - read a dozen times below
    gift = (G.id, G.direction, G.kind, G.given_on, G.description, G.amount, G.currency, G.usd, G.state)
    names = [column for r in (PERSON, ORGANIZATION) for column in (r.id, r.label, r.native_label)]
    stmt = sa.select(*gift, *(column.label(f"c{n}") for n, column in enumerate(names)), User.name.label("user"))
    return (
        join_records(viewer, stmt.select_from(G))
        .join(User, User.id == G.user_id)
        .where(G.archived_at.is_(None))
        .order_by(G.given_on.desc(), G.id.desc())
        .limit(MAX_SHOWN + 1)
    )
