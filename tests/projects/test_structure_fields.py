"""What tender packages and registrations store, which needs a package has, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.errors import Invalid, NotFound
from crm.organizations.policy import RegistrationState
from crm.projects import services
from crm.projects.models import PackageNeed, TenderPackage
from crm.projects.queries import structure
from crm.projects.services.structure import (
    remove_package,
    save_package,
    save_registration,
    set_need_package,
)
from crm.projects.structure_policy import PackageState
from tests.factories import client_of, make_confidential, organization

WALL = datetime(2026, 12, 18, 17)
PACKAGE = {"name": "Lot", "native_name": "标段", "organization_id": None, "state": PackageState.open, "bid_wall": None}
REGISTRATION = {
    "state": RegistrationState.registered,
    "portal_url": "https://p.example",
    "registered_on": date(2026, 1, 2),
    "expires_on": date(2027, 1, 2),
}


def test_package_has_its_values_and_leaves_its_needs(actor, suzhou, prime):
    values = PACKAGE | {"organization_id": prime.id, "bid_wall": WALL}
    row, other = save_package(suzhou, values), save_package(suzhou, PACKAGE | {"name": "Alpha"})
    stored = (row.project_id, row.name, row.native_name, row.organization_id, row.state, row.bid_wall, row.zone)
    assert stored == (suzhou.id, "Lot", "标段", prime.id, PackageState.open, WALL, "Asia/Shanghai")
    assert row.bid_at == datetime(2026, 12, 18, 9, tzinfo=UTC)
    anna, project = actor("anna"), {"project_id": suzhou.id}
    needs = [services.save_need(anna, {"title": "M", "package_id": lot.id} | project) for lot in (row, other)]
    names = [(other.id, "Alpha 标段"), (row.id, "Lot 标段")]
    assert structure.list_package_choices(anna, suzhou.id) == names
    assert structure.load_package_names(anna, {row.id, 0}) == {row.id: "Lot"}
    set_need_package(needs[1], row.id)
    assert structure.find_package_id(needs[1].id) == row.id
    set_need_package(needs[1], other.id)
    remove_package(row)
    assert db.session.scalars(sa.select(TenderPackage.id)).all() == [other.id]
    links = db.session.execute(sa.select(PackageNeed.need_id, PackageNeed.package_id)).all()
    assert links == [(needs[1].id, other.id)]
    assert structure.get_package(suzhou.id, other.id) is other
    for project_id, package_id in ((suzhou.id + 1, other.id), (suzhou.id, row.id + 100)):
        with pytest.raises(NotFound):
            structure.get_package(project_id, package_id)
    services.change_project(anna, suzhou, {"confidential": True})
    assert structure.load_package_names(actor("boris"), {other.id}) == {}
    assert structure.load_package_names(anna, set()) == {}


def test_registration_has_its_values_and_is_the_only_one_of_its_pair(actor, people, prime):
    anna, client = actor("anna"), client_of("Inland")
    values = REGISTRATION | {"client_id": client.id, "prime_id": prime.id}
    row = save_registration(anna, values)
    assert {name: getattr(row, name) for name in values} == values
    for changes, message in (({}, "Edit the existing"), ({"prime_id": client.id}, "Choose a different organization")):
        with pytest.raises(Invalid, match=message) as refused:
            save_registration(anna, values | changes)
        assert refused.value.field == "prime_id"
    save_registration(anna, values | {"state": RegistrationState.applied}, row)
    other = save_registration(anna, values | {"client_id": client_of("Inland").id})
    save_registration(anna, values | {"prime_id": organization().id})
    hidden = make_confidential(client_of("Inland", counselor=people["dora"]))
    with pytest.raises(NotFound):
        save_registration(anna, values | {"prime_id": hidden.id})
    assert (row.state, other.id != row.id) == (RegistrationState.applied, True)
    with pytest.raises(NotFound):
        structure.get_registration(anna, 0, "organization:see")
