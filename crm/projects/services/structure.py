"""Add and change tender packages, and registrations of clients at prime contractors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from crm import calendars
from crm.core.data.base import db
from crm.core.data.record import get_referenced
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.core.words import _
from crm.organizations.models import Organization
from crm.projects.models import Need, PackageNeed, Project, ProjectParty, SupplierRegistration, TenderPackage
from crm.projects.structure_policy import is_below
from crm.records.services import refuse_duplicates

PACKAGE_FIELDS = ("name", "native_name", "organization_id", "state")
REGISTRATION_FIELDS = ("client_id", "prime_id", "state", "portal_url", "registered_on", "expires_on")


def save_package(project: Project, values: Mapping[str, Any], package: TenderPackage | None = None) -> TenderPackage:
    """Add or change a tender package; `bid_wall` is a local time in the project's zone. Raises Invalid without one."""
    row = package or TenderPackage(project_id=project.id)
    for name in PACKAGE_FIELDS:
        setattr(row, name, values[name])
    wall = values["bid_wall"]
    if wall is not None and not project.zone:
        raise Invalid(_("Choose a time zone for the project first: deadlines are local times there."), "bid_day")
    row.bid_wall, row.zone = wall, project.zone
    row.bid_at = calendars.resolve_local(wall.date(), wall.time(), project.zone) if wall and project.zone else None
    db.session.add(row)
    db.session.flush()
    return row


def move_packages(project_ids: Sequence[int]) -> None:
    """Keep the local times of the bid deadlines of packages after the time zones of their projects were changed."""
    package, zone = TenderPackage, Project.zone
    stmt = sa.select(package, package.bid_wall, zone).join(Project, Project.id == package.project_id)
    stmt = stmt.where(package.project_id.in_(project_ids), package.bid_wall.is_not(None), package.zone != zone)
    rows: Sequence[Any] = db.session.execute(stmt).all()
    for row, wall, new_zone in rows:
        row.zone, row.bid_at = new_zone, calendars.resolve_local(wall.date(), wall.time(), new_zone)
    db.session.flush()


def remove_package(package: TenderPackage) -> None:
    """Remove a tender package; its needs stay in the project."""
    for link in db.session.scalars(sa.select(PackageNeed).where(PackageNeed.package_id == package.id)).all():
        db.session.delete(link)
    db.session.flush()
    db.session.delete(package)
    db.session.flush()


def set_need_package(need: Need, package_id: int | None) -> None:
    """Put a need into a tender package of its project, or into none."""
    package = db.session.get(TenderPackage, package_id) if package_id is not None else None
    if package is not None and package.project_id != need.project_id:
        package = None
    link = db.session.get(PackageNeed, need.id)
    if package is None and link is not None:
        db.session.delete(link)
    elif package is not None and link is None:
        db.session.add(PackageNeed(need_id=need.id, package_id=package.id))
    elif package is not None and link is not None:
        link.package_id = package.id
    db.session.flush()


def check_parent_party(project_id: int, organization_id: int, under_id: int | None) -> None:
    """Raise Invalid if a party can't be under an organization: it isn't a party of the project, or is below it."""
    if under_id is None:
        return
    stmt = sa.select(ProjectParty.organization_id, ProjectParty.under_id).where(ProjectParty.project_id == project_id)
    parents: dict[int, list[int]] = {}
    for party_id, above_id in db.session.execute(stmt):
        parents.setdefault(party_id, []).extend([above_id] if above_id is not None else [])
    if under_id not in parents:
        raise Invalid(_("Choose a party of this project."), "under_id")
    if is_below(under_id, organization_id, parents):
        raise Invalid(_("Choose a different party. This one is the party itself or below it."), "under_id")


def lift_children(party: ProjectParty) -> None:
    """Put the parties under one that is about to be removed one level higher, unless it has another role."""
    for child in _list_children(party):
        child.under_id = None if party.under_id == child.organization_id else party.under_id
    db.session.flush()


def replace_organization(party: ProjectParty, organization_id: int) -> None:
    """Set another organization as a party; those under it stay there, unless the former one has another role."""
    for child in _list_children(party):
        child.under_id = None if organization_id == child.organization_id else organization_id
    party.organization_id = organization_id
    db.session.flush()


def _list_children(party: ProjectParty) -> Sequence[ProjectParty]:
    """Return the parties under one; none if its organization has another role in the project."""
    in_project = sa.select(ProjectParty).where(ProjectParty.project_id == party.project_id, ProjectParty.id != party.id)
    if db.session.scalars(in_project.where(ProjectParty.organization_id == party.organization_id)).first() is not None:
        return ()
    return db.session.scalars(in_project.where(ProjectParty.under_id == party.organization_id)).all()


def save_registration(
    actor: Actor, values: Mapping[str, Any], registration: SupplierRegistration | None = None
) -> SupplierRegistration:
    """Add or change the registration of a client at a prime contractor.

    Raises Invalid if there is one already or both are the same, and NotFound for a client that the actor can't see.
    """
    row = registration or SupplierRegistration()
    get_referenced(Organization, actor, values["prime_id"], (row.prime_id,))
    if values["client_id"] == values["prime_id"]:
        raise Invalid(_("Choose a different organization than the client."), "prime_id")
    duplicate = sa.select(SupplierRegistration.id).where(
        SupplierRegistration.client_id == values["client_id"],
        SupplierRegistration.prime_id == values["prime_id"],
        SupplierRegistration.id != (row.id or 0),
    )
    if db.session.scalar(duplicate) is not None:
        raise Invalid(_("Edit the existing registration at this prime contractor."), "prime_id")
    for name in REGISTRATION_FIELDS:
        setattr(row, name, values[name])
    db.session.add(row)
    db.session.flush()
    return row


refuse_duplicates(SupplierRegistration, "client_id", "prime_id")


def remove_registration(registration: SupplierRegistration) -> None:
    """Remove a registration; the client's history keeps it."""
    db.session.delete(registration)
    db.session.flush()
