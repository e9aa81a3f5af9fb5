"""Tender packages of projects, and registrations of clients at prime contractors."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias, db, fetch, fetch_values
from crm.core.data.pointers import declare_pointers, may_have_rows
from crm.core.data.record import Record, get_visible, visible
from crm.core.errors import NotFound
from crm.core.policy import Actor
from crm.organizations.models import Organization
from crm.organizations.policy import RegistrationState
from crm.projects.models import PackageNeed, Project, SupplierRegistration, TenderPackage
from crm.projects.structure_policy import PackageState


class PackageRow(NamedTuple):
    """A tender package, and the party responsible for it if the actor may see it."""

    id: int
    name: str
    native_name: str | None
    state: PackageState
    bid_at: datetime | None
    zone: str | None
    organization_id: int | None
    organization: str | None
    native_organization: str | None


class RegistrationRow(NamedTuple):
    """A registration as the page of the client or of the prime contractor shows it; `other` is the other of both."""

    id: int
    client_id: int
    other_id: int
    other: str
    native_other: str
    state: RegistrationState
    portal_url: str | None
    registered_on: date | None
    expires_on: date | None


def list_packages(actor: Actor, project_id: int) -> list[PackageRow]:
    """List the tender packages of a project that the caller has checked: by deadline, those without one last."""
    return [PackageRow._make(row) for row in _packages_of(actor, project=project_id)]


@cached_query
def _packages_of(viewer: AccessProfile) -> Select:
    P, party = TenderPackage, alias(Record, "package_party")  # noqa: N806 - read a dozen times below
    return (
        sa.select(P.id, P.name, P.native_name, P.state, P.bid_at, P.zone, party.id, party.label, party.native_label)
        .outerjoin(party, sa.and_(party.id == P.organization_id, visible(viewer, party)))
        .where(P.project_id == sa.bindparam("project"))
        .order_by(P.bid_at.is_(None), P.bid_at, P.id)
    )


def get_package(project_id: int, package_id: int) -> TenderPackage:
    """Return a tender package of a project that the caller has checked. Raises NotFound."""
    row = db.session.get(TenderPackage, package_id)
    if row is None or row.project_id != project_id:
        raise NotFound
    return row


def list_package_choices(actor: Actor, project_id: int | None) -> list[tuple[int, str]]:
    """Return id and name of the tender packages of a project; none if the actor may not see it."""
    stmt = (
        sa.select(TenderPackage.id, TenderPackage.name, TenderPackage.native_name)
        .join(Project, Project.id == TenderPackage.project_id)
        .where(TenderPackage.project_id == project_id, visible(actor, Project))
        .order_by(TenderPackage.name, TenderPackage.id)
    )
    return [(i, f"{name} {native or ''}".strip()) for i, name, native in db.session.execute(stmt)]


def find_package_id(need_id: int) -> int | None:
    """Return the id of the tender package of a need."""
    return next(iter(fetch_values(sa.select(PackageNeed.package_id).where(PackageNeed.need_id == need_id))), None)


def load_package_names(actor: Actor, ids: set[int]) -> dict[int, str]:
    """Return the names of tender packages, without those of projects that the actor may not see."""
    stmt = (
        sa.select(TenderPackage.id, TenderPackage.name)
        .join(Project, Project.id == TenderPackage.project_id)
        .where(TenderPackage.id.in_(ids), visible(actor, Project))
    )
    return dict(map(tuple, fetch(stmt))) if ids else {}


REGISTERED = declare_pointers(SupplierRegistration.client_id, SupplierRegistration.prime_id)


def list_registrations(actor: Actor, organization_id: int, *, is_client: bool) -> list[RegistrationRow]:
    """List the registrations of a client, or those at a prime contractor, without others that the actor can't see."""
    if not may_have_rows(organization_id, REGISTERED):
        return []
    query = _registrations_of_client if is_client else _registrations_at_prime
    return [RegistrationRow._make(row) for row in query(actor, organization=organization_id)]


@cached_query
def _registrations_of_client(viewer: AccessProfile) -> Select:
    return _registrations(viewer, SupplierRegistration.prime_id).where(
        SupplierRegistration.client_id == sa.bindparam("organization")
    )


@cached_query
def _registrations_at_prime(viewer: AccessProfile) -> Select:
    return _registrations(viewer, SupplierRegistration.client_id).where(
        SupplierRegistration.prime_id == sa.bindparam("organization")
    )


def _registrations(viewer: AccessProfile, other_id: sa.orm.InstrumentedAttribute[int]) -> Select:
    other = alias(Record, "registration_other")
    return (
        sa.select(
            SupplierRegistration.id,
            SupplierRegistration.client_id,
            other.id,
            other.label,
            other.native_label,
            SupplierRegistration.state,
            SupplierRegistration.portal_url,
            SupplierRegistration.registered_on,
            SupplierRegistration.expires_on,
        )
        .join(other, other.id == other_id)
        .where(visible(viewer, other), other.archived_at.is_(None))
        .order_by(other.sort_key, SupplierRegistration.id)
    )


def get_registration(actor: Actor, registration_id: int, right: str) -> SupplierRegistration:
    """Return a registration. Raises NotFound unless the actor may see client and prime, and Forbidden without right."""
    row = db.session.get(SupplierRegistration, registration_id)
    if row is None:
        raise NotFound
    get_visible(Organization, actor, row.client_id, right)
    get_visible(Organization, actor, row.prime_id)
    return row
