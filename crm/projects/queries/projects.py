"""Projects, and who takes part in them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, question
from crm.core.data.base import Select, alias, db
from crm.core.data.record import Record, get_visible, visible
from crm.core.errors import NotFound
from crm.core.policy import Actor
from crm.organizations.models import Organization
from crm.projects.models import Project, ProjectParty, ProjectSector
from crm.projects.policy import LeadStage, ProjectRole
from crm.reference.models import Sector


class PartyRow(NamedTuple):
    """An organization in a project, with our contact there as far as the actor may know of them."""

    id: int
    organization_id: int
    organization: str
    native_organization: str
    role: ProjectRole
    person_id: int | None
    person: str | None
    native_person: str | None


class ProjectParticipation(NamedTuple):
    """A project in which an organization has a part."""

    id: int
    label: str
    native_label: str
    role: ProjectRole
    lead_stage: LeadStage


def visible_projects(actor: Actor) -> sa.Select[Any]:
    """Projects the actor may know of."""
    return sa.select(Project).where(visible(actor, Project))


def get_project(actor: Actor, project_id: int, right: str | None = None) -> Project:
    """One project. Raises NotFound, Forbidden."""
    return get_visible(Project, actor, project_id, right)


def list_sectors(project_id: int) -> list[tuple[int, str]]:
    """Lines of business: id and name."""
    stmt = (
        sa.select(Sector.id, Sector.name)
        .join(ProjectSector, ProjectSector.sector_id == Sector.id)
        .where(ProjectSector.project_id == project_id)
        .order_by(Sector.name)
    )
    return list(db.session.execute(stmt))


def load_sector_names(ids: Collection[int]) -> dict[int, list[str]]:
    """Names of lines of business by project, sorted."""
    names: dict[int, list[str]] = {i: [] for i in ids}
    stmt = (
        sa.select(ProjectSector.project_id, Sector.name)
        .join(Sector, Sector.id == ProjectSector.sector_id)
        .where(ProjectSector.project_id.in_(ids))
        .order_by(Sector.name)
    )
    for project_id, name in db.session.execute(stmt):
        names[project_id].append(name)
    return names


def list_parties(actor: Actor, project_id: int) -> list[PartyRow]:
    """The parties in the order of their parts; firms and people the actor may not know of are left out."""
    order = list(ProjectRole)
    rows = [PartyRow._make(row) for row in _parties_of(actor, project=project_id)]
    return sorted(rows, key=lambda p: order.index(p.role))


@question
def _parties_of(viewer: AccessProfile) -> Select:
    # The plain table of records: an outer join to a class of two tables is a subquery, made whole for each page.
    person = alias(Record, "projects_person")
    P = ProjectParty  # noqa: N806 - read a dozen times below
    return (
        sa.select(
            P.id,
            P.organization_id,
            Organization.label,
            Organization.native_label,
            P.role,
            person.id,
            person.label,
            person.native_label,
        )
        .join(Organization, Organization.id == P.organization_id)
        .outerjoin(person, sa.and_(person.id == P.person_id, visible(viewer, person)))
        .where(P.project_id == sa.bindparam("project"), visible(viewer, Organization))
        .order_by(P.id)
    )


def get_party(project_id: int, party_id: int) -> ProjectParty:
    """One party of a project that was already found to be visible. Raises NotFound."""
    row = db.session.get(ProjectParty, party_id)
    if row is None or row.project_id != project_id:
        raise NotFound
    return row


def list_participations(actor: Actor, organization_id: int) -> list[ProjectParticipation]:
    """The projects in which an organization has a part."""
    return [ProjectParticipation._make(row) for row in _taking_part(actor, firm=organization_id)]


@question
def _taking_part(viewer: AccessProfile) -> Select:
    organization = ProjectParty.organization_id == sa.bindparam("firm")
    return (
        sa.select(Project.id, Project.label, Project.native_label, ProjectParty.role, Project.lead_stage)
        .join(ProjectParty, ProjectParty.project_id == Project.id)
        .where(organization, Project.archived_at.is_(None), visible(viewer, Project))
        .order_by(Project.sort_key, Project.id)
    )
