"""Queries about organizations; each starts from what the actor may see."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, of_own_teams, question
from crm.core.data.base import Select, alias, db, fetch
from crm.core.data.record import Record, get_visible, visible
from crm.core.data.record_dates import RecordDates
from crm.core.errors import NotFound
from crm.core.policy import Actor
from crm.reference.models import Sector

from .models import (
    Alias,
    Client,
    ClientAgreement,
    DatedFact,
    Organization,
    OrganizationRoleLink,
    OrganizationSector,
    Ownership,
    Post,
    PostRole,
    Prime,
)
from .policy import AliasKind, FactKind, OrganizationRole


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


class SubsidiaryRow(NamedTuple):
    """A subsidiary or a parent, and the share owned, in percent."""

    id: int
    label: str
    native_label: str
    share: Decimal | None


def visible_organizations(actor: Actor) -> sa.Select[Any]:
    """Select the organizations the actor may see."""
    return sa.select(Organization).where(visible(actor, Organization))


def get_organization(actor: Actor, organization_id: int, right: str | None = None) -> Organization:
    """Return one organization. Raises NotFound, Forbidden."""
    return get_visible(Organization, actor, organization_id, right)


ORGANIZATION_ID: Any = sa.bindparam("organization")
ROLES = sa.select(OrganizationRoleLink.organization_id, OrganizationRoleLink.role).where(
    OrganizationRoleLink.organization_id.in_(sa.bindparam("ids", expanding=True))
)
ALIASES = sa.select(Alias.kind, Alias.name).where(Alias.organization_id == ORGANIZATION_ID).order_by(Alias.id)
SECTORS = (
    sa.select(Sector.id, Sector.name)
    .join(OrganizationSector, OrganizationSector.sector_id == Sector.id)
    .where(OrganizationSector.organization_id == ORGANIZATION_ID)
    .order_by(Sector.name)
)
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


def load_roles(ids: Collection[int]) -> dict[int, list[OrganizationRole]]:
    """Return the roles by organization, in the order of OrganizationRole."""
    roles_by_id: dict[int, list[OrganizationRole]] = {i: [] for i in ids}
    for organization_id, role in fetch(ROLES, {"ids": list(ids)}) if roles_by_id else ():
        roles_by_id[organization_id].append(role)
    order = list(OrganizationRole)
    return {i: sorted(roles, key=order.index) for i, roles in roles_by_id.items()}


def list_aliases(organization_id: int) -> list[tuple[AliasKind, str]]:
    """Return the other names with their type, oldest first."""
    return [(kind, name) for kind, name in fetch(ALIASES, {"organization": organization_id})]


def list_organization_sectors(organization_id: int) -> list[tuple[int, str]]:
    """Return the ids and names of the sectors, by name."""
    return [(i, name) for i, name in fetch(SECTORS, {"organization": organization_id})]


def get_client(organization_id: int) -> Client | None:
    """Return the client details; None for an organization that was never a client."""
    return db.session.get(Client, organization_id)


def get_prime(organization_id: int) -> Prime | None:
    """Return the prime contractor details; None for an organization that was never a prime."""
    return db.session.get(Prime, organization_id)


def get_post(organization_id: int) -> Post | None:
    """Return the post details; None for an organization that was never a post."""
    return db.session.get(Post, organization_id)


def list_post_roles(organization_id: int) -> list[PostRole]:
    """Return the roles of a post, oldest first."""
    stmt = sa.select(PostRole).where(PostRole.organization_id == organization_id).order_by(PostRole.id)
    return list(db.session.scalars(stmt))


def list_agreements(organization_id: int) -> list[ClientAgreement]:
    """Return the service agreements, newest first."""
    stmt = sa.select(ClientAgreement).where(ClientAgreement.organization_id == organization_id)
    return list(db.session.scalars(stmt.order_by(ClientAgreement.from_on.desc())))


def has_agreement(organization_id: int, day: date) -> bool:
    """Whether a service agreement on file covers a day."""
    exists = sa.exists().where(
        ClientAgreement.organization_id == organization_id,
        ClientAgreement.on_file,
        ClientAgreement.from_on <= day,
        sa.or_(ClientAgreement.to_on.is_(None), ClientAgreement.to_on >= day),
    )
    return bool(db.session.scalar(sa.select(exists)))


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
    if actor.hides_money:
        return []
    return [
        OwnerRow(i, oid, label or name or "?", s, d, src)
        for i, oid, label, name, s, d, src in _owners(actor, organization=organization_id)
    ]


@question
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


def list_subsidiaries(actor: Actor, organization_id: int) -> list[SubsidiaryRow]:
    """Return the subsidiaries the actor may see, by name."""
    return [SubsidiaryRow(*row) for row in _subsidiaries(actor, organization=organization_id)]


@question
def _subsidiaries(viewer: AccessProfile) -> Select:
    share = sa.null() if viewer.hides_money else Organization.parent_share
    return (
        sa.select(Organization.id, Organization.label, Organization.native_label, share)
        .where(Organization.parent_id == ORGANIZATION_ID, visible(viewer, Organization))
        .where(Organization.archived_at.is_(None))
        .order_by(Organization.sort_key)
    )


def load_next_step_dates(ids: Collection[int], actor: Actor) -> dict[int, date]:
    """Return the due date of the next open follow-up by record, as far as the actor's teams may see it."""
    return dict(map(tuple, _next_step_dates(actor, ids=list(ids))))


@question
def _next_step_dates(viewer: AccessProfile) -> Select:
    stmt = (
        sa.select(RecordDates.record_id, sa.func.min(RecordDates.next_follow_up_on))
        .where(RecordDates.record_id.in_(sa.bindparam("ids", expanding=True)))
        .where(RecordDates.next_follow_up_on.is_not(None))
        .group_by(RecordDates.record_id)
    )
    return stmt if viewer.sees_all_teams else stmt.where(of_own_teams(viewer, RecordDates.team_key))


def get_parent(actor: Actor, organization: Organization) -> SubsidiaryRow | None:
    """Return the parent if the actor may see it, with the share that it owns; else None."""
    if organization.parent_id is None:
        return None
    stmt = sa.select(Record.id, Record.label, Record.native_label).where(
        Record.id == organization.parent_id, visible(actor)
    )
    row = db.session.execute(stmt).one_or_none()
    return SubsidiaryRow(*row, None if actor.hides_money else organization.parent_share) if row else None
