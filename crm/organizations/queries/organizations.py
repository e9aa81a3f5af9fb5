"""Queries about organizations: roles, names, sectors, parents and subsidiaries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query, of_own_teams
from crm.core.data.base import Select, db, fetch
from crm.core.data.pointers import declare_pointers, may_have_rows
from crm.core.data.record import Record, get_visible, visible
from crm.core.data.record_dates import RecordDates
from crm.core.policy import Actor
from crm.organizations.models import (
    Alias,
    Organization,
    OrganizationRoleLink,
    OrganizationSector,
)
from crm.organizations.policy import AliasKind, OrganizationRole
from crm.reference.models import Sector


class SubsidiaryRow(NamedTuple):
    """A subsidiary or a parent, and the share owned, in percent."""

    id: int
    label: str
    native_label: str
    share: Decimal | None


ORGANIZATION_ID: Any = sa.bindparam("organization")


ALIASED, IN_SECTOR, IS_PARENT = (
    declare_pointers(column)
    for column in (Alias.organization_id, OrganizationSector.organization_id, Organization.__table__.c.parent_id)
)
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


def visible_organizations(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    return sa.select(Organization).where(visible(viewer, Organization))


def get_organization(actor: Actor, organization_id: int, right: str | None = None) -> Organization:
    """Return one organization. Raises NotFound, Forbidden."""
    return get_visible(Organization, actor, organization_id, right)


def load_roles(ids: Collection[int]) -> dict[int, list[OrganizationRole]]:
    """Return the roles by organization, in the order of OrganizationRole."""
    roles_by_id: dict[int, list[OrganizationRole]] = {i: [] for i in ids}
    for organization_id, role in fetch(ROLES, {"ids": list(ids)}) if roles_by_id else ():
        roles_by_id[organization_id].append(role)
    order = list(OrganizationRole)
    return {i: sorted(roles, key=order.index) for i, roles in roles_by_id.items()}


def list_aliases(organization_id: int) -> list[tuple[AliasKind, str]]:
    """Return the other names with their type, oldest first."""
    if not may_have_rows(organization_id, ALIASED):
        return []
    return [(kind, name) for kind, name in fetch(ALIASES, {"organization": organization_id})]


def list_organization_sectors(organization_id: int) -> list[tuple[int, str]]:
    """Return the ids and names of the sectors, by name."""
    if not may_have_rows(organization_id, IN_SECTOR):
        return []
    return [(i, name) for i, name in fetch(SECTORS, {"organization": organization_id})]


def list_subsidiaries(actor: Actor, organization_id: int) -> list[SubsidiaryRow]:
    """Return the subsidiaries the actor may see, by name."""
    rows = _subsidiaries(actor, organization=organization_id) if may_have_rows(organization_id, IS_PARENT) else ()
    return [SubsidiaryRow(*row) for row in rows]


@cached_query
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


@cached_query
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
