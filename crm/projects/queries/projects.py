"""Projects and their parties."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias, db, fetch
from crm.core.data.pointers import declare_pointers, may_have_rows
from crm.core.data.record import Record, get_visible, visible
from crm.core.errors import NotFound
from crm.core.policy import Actor
from crm.organizations.models import Organization
from crm.projects.models import Project, ProjectParty, ProjectSector
from crm.projects.policy import LeadStage, ProjectRole
from crm.reference.models import Sector


class PartyRow(NamedTuple):
    """An organization in a project, and the person there if the actor may see them."""

    id: int
    organization_id: int
    organization: str
    native_organization: str
    role: ProjectRole
    person_id: int | None
    person: str | None
    native_person: str | None
    under_id: int | None


class ProjectParticipation(NamedTuple):
    """A project in which an organization has a role."""

    id: int
    label: str
    native_label: str
    role: ProjectRole
    lead_stage: LeadStage


def visible_projects(viewer: Actor | AccessProfile) -> sa.Select[Any]:
    return sa.select(Project).where(visible(viewer, Project))


def get_project(actor: Actor, project_id: int, right: str | None = None) -> Project:
    """Return a project. Raises NotFound, and Forbidden without the right for it."""
    return get_visible(Project, actor, project_id, right)


def list_sectors(project_id: int) -> list[tuple[int, str]]:
    """List id and name of the sectors of a project."""
    stmt = (
        sa.select(Sector.id, Sector.name)
        .join(ProjectSector, ProjectSector.sector_id == Sector.id)
        .where(ProjectSector.project_id == project_id)
        .order_by(Sector.name)
    )
    return [(i, name) for i, name in fetch(stmt)]


def load_sector_names(ids: Collection[int]) -> dict[int, list[str]]:
    """Return the sorted names of the sectors by project."""
    names: dict[int, list[str]] = {i: [] for i in ids}
    stmt = (
        sa.select(ProjectSector.project_id, Sector.name)
        .join(Sector, Sector.id == ProjectSector.sector_id)
        .where(ProjectSector.project_id.in_(ids))
        .order_by(Sector.name)
    )
    for project_id, name in fetch(stmt):
        names[project_id].append(name)
    return names


def list_parties(actor: Actor, project_id: int) -> list[PartyRow]:
    """List the parties in the order of their roles, without organizations and people that the actor may not see."""
    order = list(ProjectRole)
    rows = [PartyRow._make(row) for row in _parties_of(actor, project=project_id)]
    return sorted(rows, key=lambda p: order.index(p.role))


def list_party_choices(actor: Actor, project_id: int, without: int | None = None) -> list[tuple[int, str]]:
    """Return id and name of the organizations that take part in a project, but one of them (`without`)."""
    names = {p.organization_id: p.organization or p.native_organization for p in list_parties(actor, project_id)}
    return [(i, name) for i, name in names.items() if i != without]


@cached_query
def _parties_of(viewer: AccessProfile) -> Select:
    # The plain record table: an outer join to a class of two tables would be a subquery over all rows.
    person = alias(Record, "projects_person")
    return (
        sa.select(
            ProjectParty.id,
            ProjectParty.organization_id,
            Organization.label,
            Organization.native_label,
            ProjectParty.role,
            person.id,
            person.label,
            person.native_label,
            ProjectParty.under_id,
        )
        .join(Organization, Organization.id == ProjectParty.organization_id)
        .outerjoin(person, sa.and_(person.id == ProjectParty.person_id, visible(viewer, person)))
        .where(ProjectParty.project_id == sa.bindparam("project"), visible(viewer, Organization))
        .order_by(ProjectParty.id)
    )


def get_party(project_id: int, party_id: int) -> ProjectParty:
    """Return a party of a project that the caller has checked. Raises NotFound."""
    row = db.session.get(ProjectParty, party_id)
    if row is None or row.project_id != project_id:
        raise NotFound
    return row


PARTICIPATING = declare_pointers(ProjectParty.organization_id)


def list_participations(actor: Actor, organization_id: int) -> list[ProjectParticipation]:
    """List the projects in which an organization has a role."""
    if not may_have_rows(organization_id, PARTICIPATING):
        return []
    return [ProjectParticipation._make(row) for row in _taking_part(actor, organization=organization_id)]


@cached_query
def _taking_part(viewer: AccessProfile) -> Select:
    is_party = ProjectParty.organization_id == sa.bindparam("organization")
    return (
        sa.select(Project.id, Project.label, Project.native_label, ProjectParty.role, Project.lead_stage)
        .join(ProjectParty, ProjectParty.project_id == Project.id)
        .where(is_party, Project.archived_at.is_(None), visible(viewer, Project))
        .order_by(Project.sort_key, Project.id)
    )
