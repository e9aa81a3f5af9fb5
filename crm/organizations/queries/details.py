"""Queries about the details of organizations: client, prime, post, agreements, figures, owners."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias, db, fetch, fetch_rows_of
from crm.core.data.pointers import declare_pointers, may_have_rows
from crm.core.data.record import Record, visible
from crm.core.errors import NotFound
from crm.core.policy import Actor
from crm.organizations.models import (
    Client,
    ClientAgreement,
    DatedFact,
    Ownership,
    Post,
    PostRole,
    Prime,
)
from crm.organizations.policy import FactKind

Details = TypeVar("Details", Client, Prime, Post)


class FactRow(NamedTuple):
    """The newest figure of a type."""

    kind: FactKind
    number: Decimal | None
    text: str | None
    currency: str | None
    as_of: date
    source: str
    id: int


class OwnerRow(NamedTuple):
    """An owner and the share owned, in percent."""

    id: int
    owner_id: int | None
    owner: str
    share: Decimal | None
    as_of: date | None
    source: str | None


ORGANIZATION_ID: Any = sa.bindparam("organization")
OWNED = declare_pointers(Ownership.organization_id)


FACTS = (
    sa.select(
        DatedFact.kind,
        DatedFact.number,
        DatedFact.text,
        DatedFact.currency,
        DatedFact.as_of,
        DatedFact.source,
        DatedFact.id,
    )
    .where(DatedFact.organization_id == ORGANIZATION_ID)
    .order_by(DatedFact.as_of.desc(), DatedFact.id.desc())
)


def get_client(organization_id: int) -> Client | None:
    """Return the client details; None for an organization that was never a client."""
    return db.session.get(Client, organization_id)


def get_prime(organization_id: int) -> Prime | None:
    """Return the prime contractor details; None for an organization that was never a prime."""
    return db.session.get(Prime, organization_id)


def get_post(organization_id: int) -> Post | None:
    """Return the post details; None for an organization that was never a post."""
    return db.session.get(Post, organization_id)


def list_details(cls: type[Details], organization_id: int) -> Sequence[Details]:
    """Return the client, prime contractor or post details for reading; empty for an organization without this role."""
    return fetch_rows_of(cls, "organization_id", organization_id)


def list_post_roles(organization_id: int) -> Sequence[PostRole]:
    """Return the roles of a post for reading, oldest first."""
    return fetch_rows_of(PostRole, "organization_id", organization_id, "id")


def list_agreements(organization_id: int) -> Sequence[ClientAgreement]:
    """Return the service agreements for reading, newest first."""
    return fetch_rows_of(ClientAgreement, "organization_id", organization_id, "-from_on")


def has_agreement(organization_id: int, day: date) -> bool:
    """Whether a service agreement on file covers a day."""
    return any(
        row.on_file and row.from_on <= day and (row.to_on is None or row.to_on >= day)
        for row in list_agreements(organization_id)
    )


def list_newest_facts(actor: Actor, organization_id: int) -> list[FactRow]:
    """Return the newest figure of each type, without types hidden from the actor."""
    newest: dict[FactKind, FactRow] = {}
    for row in fetch(FACTS, {"organization": organization_id}):
        if not (row.kind.is_hidden and actor.hides_money):
            newest.setdefault(row.kind, FactRow(*row))
    return sorted(newest.values(), key=lambda f: list(FactKind).index(f.kind))


Part = TypeVar("Part", ClientAgreement, DatedFact, Ownership, PostRole)


def get_part(actor: Actor, model: type[Part], organization_id: int, row_id: int) -> Part:
    """Return an agreement, figure, owner or role of an organization.

    Raises NotFound, also for a figure hidden from the actor.
    """
    row = db.session.get(model, row_id)
    if row is None or row.organization_id != organization_id:
        raise NotFound
    kind = getattr(row, "kind", None)
    if isinstance(kind, FactKind) and kind.is_hidden and actor.hides_money:
        raise NotFound
    return row


def list_owners(actor: Actor, organization_id: int) -> list[OwnerRow]:
    """Return the owners the actor may see, largest share first; none for users with the limit `china_desk`."""
    if actor.hides_money or not may_have_rows(organization_id, OWNED):
        return []
    return [
        OwnerRow(i, oid, label or name or "?", s, d, src)
        for i, oid, label, name, s, d, src in _owners(actor, organization=organization_id)
    ]


@cached_query
def _owners(viewer: AccessProfile) -> Select:
    owner = alias(Record, "organizations_owner")
    return (
        sa.select(
            Ownership.id,
            owner.id,
            owner.label,
            Ownership.owner_name,
            Ownership.share,
            Ownership.as_of,
            Ownership.source,
        )
        .outerjoin(owner, sa.and_(owner.id == Ownership.owner_id, visible(viewer, owner)))
        .where(Ownership.organization_id == ORGANIZATION_ID)
        .where(sa.or_(Ownership.owner_id.is_(None), owner.id.is_not(None)))
        .order_by(sa.func.coalesce(Ownership.share, 0).desc())
    )
