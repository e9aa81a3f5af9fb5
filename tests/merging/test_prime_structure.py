"""Merging moves the tree of parties, tender packages and supplier registrations; undoing it restores them."""

from __future__ import annotations

from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.merging.queries import build_plan
from crm.merging.services import merge_records, unmerge
from crm.organizations.policy import OrganizationRole, RegistrationState
from crm.projects.models import SupplierRegistration
from crm.projects.policy import ProjectRole
from crm.projects.services import add_project, save_party
from crm.projects.services.structure import save_package
from crm.projects.structure_policy import PackageState
from tests.factories import client_of, organization
from tests.tools.rows import count


def test_merge_of_primes_keeps_tree_packages_and_registrations(session, people, actor):
    clara = actor("clara")
    act_as(db.session(), clara, ChangeSource.web)
    survivor, duplicate = (organization(name, roles=[OrganizationRole.prime]) for name in ("Huayue", "Hua Yue"))
    project = add_project(clara, {"name": "Suzhou", "country": "CN"})
    save_party(project, {"organization_id": duplicate.id, "role": ProjectRole.prime})
    values = {"organization_id": organization("Sub").id, "role": ProjectRole.subcontractor, "under_id": duplicate.id}
    child = save_party(project, values)
    details = {"native_name": None, "state": PackageState.open, "bid_wall": None}
    package = save_package(project, {"name": "Lot 1", "organization_id": duplicate.id, **details})
    client = client_of("Inland", "Tri-Valley")
    for prime in (survivor, duplicate):
        db.session.add(SupplierRegistration(client_id=client.id, prime_id=prime.id, state=RegistrationState.registered))
    db.session.flush()
    merged = merge_records(clara, build_plan(clara, survivor, duplicate, {}))
    db.session.expire_all()
    assert (child.under_id, package.organization_id, count(SupplierRegistration)) == (survivor.id, survivor.id, 1)
    unmerge(clara, merged)
    db.session.expire_all()
    assert (child.under_id, package.organization_id, count(SupplierRegistration)) == (duplicate.id, duplicate.id, 2)
