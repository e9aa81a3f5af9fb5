"""Prime structure: the tree of parties, tender packages with their needs, and supplier registrations."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.errors import Invalid
from crm.organizations.policy import OrganizationRole
from crm.organizations.services import add_organization
from crm.projects.models import PackageNeed, SupplierRegistration, TenderPackage
from crm.projects.policy import ProjectRole
from crm.projects.queries.structure import list_package_choices
from crm.projects.services import add_project, change_project, remove_party, save_need, save_party
from crm.projects.services.structure import save_package
from crm.projects.structure_policy import PackageState, is_below, order_tree
from tests.factories import client_of, make_confidential
from tests.tools.rows import count

PACKAGE = {"name": "Lot 1", "native_name": None, "organization_id": None, "state": PackageState.open, "bid_wall": None}


def party(project, organization, under=None, role=ProjectRole.subcontractor):
    return save_party(project, {"organization_id": organization.id, "role": role, "under_id": under and under.id})


def add_company(actor, name):
    return add_organization(actor("anna"), {"name": name})


@pytest.mark.parametrize(
    ("pairs", "ordered"),
    [
        ([(1, None), (2, 4), (3, 1), (4, 1)], [(1, 0), (3, 1), (4, 1), (2, 2)]),
        ([(1, 9), (2, 1)], [(1, 0), (2, 1)]),
        ([(1, 2), (2, 1), (3, None)], [(3, 0), (1, 0), (2, 0)]),
        ([(1, 1), (1, None), (2, 1)], [(1, 0), (2, 1), (1, 0)]),
    ],
    ids=["children", "missing parent", "circle", "itself and two roles"],
)
def test_tree_puts_each_party_below_its_parent(pairs, ordered):
    tree = order_tree(pairs, lambda pair: pair[0], lambda pair: pair[1])
    assert [(pair[0], level) for pair, level in tree] == ordered


def test_party_is_below_itself_and_those_above_it():
    parents = {1: [], 2: [1], 3: [2, 9], 9: [3]}
    assert [i for i in (1, 2, 3, 9) if is_below(3, i, parents)] == [1, 2, 3, 9]
    assert not is_below(1, 3, parents)


def test_party_is_shown_indented_below_its_parent(anna, actor, suzhou, prime):
    party(suzhou, prime, role=ProjectRole.prime)
    sub = add_company(actor, "Jiangchuan")
    page = anna.get(f"/projects/{suzhou.id}/parties/new").text
    assert f'value="{prime.id}"' in page
    data = {"organization_id": sub.id, "role": "subcontractor", "under_id": prime.id}
    assert anna.post(f"/projects/{suzhou.id}/parties/new", data=data).status_code == 303
    page = anna.get(f"/projects/{suzhou.id}").text
    assert page.index("Huayue Municipal") < page.index("in-1") < page.index("under Huayue Municipal")


def test_party_can_not_be_below_itself_or_outside_of_the_project(actor, suzhou, prime):
    sub = add_company(actor, "Jiangchuan")
    top = party(suzhou, prime, role=ProjectRole.prime)
    party(suzhou, sub, under=prime)
    for above in (sub, prime, add_company(actor, "Elsewhere")):
        values = {"organization_id": prime.id, "role": ProjectRole.prime, "under_id": above.id}
        with pytest.raises(Invalid):
            save_party(suzhou, values, top)


def test_parties_under_a_removed_one_move_up(actor, suzhou, prime):
    middle, bottom = add_company(actor, "Middle"), add_company(actor, "Bottom")
    party(suzhou, prime, role=ProjectRole.prime)
    removed = party(suzhou, middle, under=prime)
    lowest = party(suzhou, bottom, under=middle)
    remove_party(removed)
    assert lowest.under_id == prime.id


def test_parties_under_one_stay_there_when_its_organization_is_corrected(actor, suzhou, prime):
    middle, correct, bottom = (add_company(actor, name) for name in ("Middle", "Middle Holding", "Bottom"))
    party(suzhou, prime, role=ProjectRole.prime)
    corrected = party(suzhou, middle, under=prime)
    lowest = party(suzhou, bottom, under=middle)
    values = {"organization_id": correct.id, "role": ProjectRole.subcontractor}
    save_party(suzhou, values | {"under_id": prime.id}, corrected)
    assert (lowest.under_id, corrected.under_id) == (correct.id, prime.id)
    with pytest.raises(Invalid):
        save_party(suzhou, values | {"organization_id": middle.id, "under_id": bottom.id}, corrected)


def test_party_that_someone_changed_meanwhile_is_not_overwritten(anna, client, suzhou, prime):
    row = party(suzhou, prime, role=ProjectRole.prime)
    db.session.commit()
    url, data = f"/projects/{suzhou.id}/parties/{row.id}", {"organization_id": prime.id, "version": suzhou.version}
    assert client.login_as("clara").post(url, data=data | {"role": "consortium_member"}).status_code == 303
    late = client.login_as("anna").post(url, data=data | {"role": "lender"})
    assert (late.status_code, row.role) == (409, ProjectRole.consortium_member)


def test_hidden_parent_leaves_no_trace_and_stays(client, actor, suzhou, prime):
    party(suzhou, prime, role=ProjectRole.prime)
    lowest = party(suzhou, add_company(actor, "Bottom"), under=prime)
    prime.team_id = actor("anna").first_team_id
    make_confidential(prime)
    boris = client.login_as("boris")
    assert "Huayue" not in boris.get(f"/projects/{suzhou.id}").text
    url = f"/projects/{suzhou.id}/parties/{lowest.id}"
    assert "Huayue" not in boris.get(url).text
    data = {"organization_id": lowest.organization_id, "role": "lender", "under_id": prime.id}
    data["version"] = suzhou.version
    assert boris.post(url, data=data).status_code == 303
    assert (lowest.role, lowest.under_id) == (ProjectRole.lender, prime.id)


def test_package_is_added_with_a_deadline_in_the_projects_zone_and_shown(anna, suzhou, clock):
    data = {"name": "Lot 1", "native_name": "一标段", "state": "open", "bid_day": "2026-12-18", "bid_time": "17:00"}
    assert anna.post(f"/projects/{suzhou.id}/packages/new", data=data).status_code == 303
    row = db.session.scalars(sa.select(TenderPackage)).one()
    assert (row.zone, row.bid_at.isoformat()) == ("Asia/Shanghai", "2026-12-18T09:00:00+00:00")
    page = anna.get(f"/projects/{suzhou.id}").text
    assert ["Lot 1" in page, "一标段" in page, "Open for bids" in page, "Shanghai" in page] == [True] * 4
    assert "= Fri, Dec 18, 1:00 AM Los Angeles" in anna.get(f"/projects/{suzhou.id}/packages/{row.id}").text
    refused = anna.post(f"/projects/{suzhou.id}/packages/new", data=data | {"name": "Lot 2", "bid_time": ""})
    assert (refused.status_code, count(TenderPackage)) == (422, 1)


def test_package_keeps_its_local_deadline_when_the_zone_changes(actor, suzhou):
    row = save_package(suzhou, PACKAGE | {"bid_wall": datetime(2026, 12, 18, 17)})
    change_project(actor("anna"), suzhou, {"zone": "Asia/Tokyo"})
    assert (row.bid_wall, row.bid_at.hour) == (datetime(2026, 12, 18, 17), 8)


def test_need_belongs_to_a_package_of_its_project(anna, actor, suzhou):
    row = save_package(suzhou, PACKAGE)
    need = save_need(actor("anna"), {"title": "Gauges", "project_id": suzhou.id})
    url = f"/projects/needs/{need.id}"
    assert "Lot 1" in anna.get(f"{url}/edit").text
    data = {"title": "Gauges", "project_id": suzhou.id, "type": "product", "state": "open", "version": need.version}
    assert anna.post(f"{url}/edit", data=data | {"package_id": row.id}).status_code == 303
    assert "Lot 1" in anna.get(url).text
    assert "Lot 1" in anna.get(f"/records/{need.id}/history").text
    save_need(actor("anna"), {"title": "Gauges II"}, need)
    assert count(PackageNeed) == 1


def test_packages_of_other_projects_and_of_hidden_ones_can_not_be_chosen(actor, suzhou, secret):
    other = add_project(actor("anna"), {"name": "Ningbo water plant"})
    row, _other = save_package(suzhou, PACKAGE), save_package(other, PACKAGE | {"name": "Lot 2"})
    assert list_package_choices(actor("anna"), suzhou.id) == [(row.id, "Lot 1")]
    assert list_package_choices(actor("anna"), None) == []
    assert list_package_choices(actor("boris"), suzhou.id) == []


def test_need_leaves_the_package_with_its_project(actor, suzhou, prime):
    values = {"title": "Gauges", "project_id": suzhou.id, "package_id": save_package(suzhou, PACKAGE).id}
    need = save_need(actor("anna"), values)
    assert count(PackageNeed) == 1
    save_need(actor("anna"), {"project_id": None, "organization_id": prime.id}, need)
    assert count(PackageNeed) == 0


def test_removed_package_comes_back_with_its_needs_by_undo(anna, actor, suzhou, session):
    row = save_package(suzhou, PACKAGE)
    save_need(actor("anna"), {"title": "Gauges", "project_id": suzhou.id, "package_id": row.id})
    assert anna.post(f"/projects/{suzhou.id}/packages/{row.id}/remove").status_code == 303
    assert (count(TenderPackage), count(PackageNeed)) == (0, 0)
    batch = session.scalar(sa.text("SELECT max(id) FROM batch"))
    assert anna.post(f"/records/changes/{batch}/undo").status_code == 303
    assert (count(TenderPackage), count(PackageNeed)) == (1, 1)


def test_registration_is_shown_on_client_and_prime(anna, clock, prime):
    client = client_of("Inland", "Tri-Valley")
    data = {
        "client_id": client.id,
        "prime_id": prime.id,
        "state": "registered",
        "portal_url": "https://portal.example.org",
        "registered_on": "2025-12-29",
        "expires_on": "2026-03-01",
    }
    url = "/projects/registrations/new"
    assert anna.post(url, data=data).status_code == 303
    page = anna.get(f"/organizations/{client.id}").text
    for text in ("Huayue Municipal", "portal.example.org", "Registered, since Dec 29, 2025", "expired"):
        assert text in page
    assert "Tri-Valley" in anna.get(f"/organizations/{prime.id}").text
    again = anna.post(url, data=data)
    assert (again.status_code, count(SupplierRegistration)) == (422, 1)
    assert "Edit the existing registration" in again.text


def test_registration_of_another_teams_client_is_hidden_on_the_prime(client, actor, prime):
    other = client_of("Bay", "Bayside")
    db.session.add(SupplierRegistration(client_id=other.id, prime_id=prime.id, expires_on=date(2026, 3, 1)))
    db.session.flush()
    assert "Bayside" not in client.login_as("anna").get(f"/organizations/{prime.id}").text
    data = {"client_id": other.id, "prime_id": prime.id, "state": "applied"}
    assert client.post("/projects/registrations/new", data=data).status_code in (404, 422)
    assert count(SupplierRegistration) == 1


def test_roles_of_a_prime_show_the_panel_only_there(anna, actor):
    plain = add_company(actor, "Plain")
    chosen = add_organization(actor("anna"), {"name": "Prime"}, roles=[OrganizationRole.prime])
    title = "Clients registered as suppliers"
    assert [title in anna.get(f"/organizations/{row.id}").text for row in (plain, chosen)] == [False, True]
