"""Which rows the queries of packages, parties, registrations and needs return, on each side of each condition."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crm.core.errors import Forbidden, Invalid, NotFound
from crm.organizations.policy import RegistrationState
from crm.projects import queries, services
from crm.projects.models import TenderPackage
from crm.projects.policy import LeadStage, LeadTest, ProjectRole
from crm.projects.queries import structure
from crm.projects.services import change_project
from crm.projects.services.structure import move_packages, save_package, save_registration
from crm.projects.structure_policy import PackageState
from tests.factories import archived, client_of, make_confidential, organization, team_id_of

PACKAGE = {"name": "Lot", "native_name": None, "organization_id": None, "state": PackageState.open, "bid_wall": None}


def make_confidential_in(record, team):
    """Make a shared record one of a team, and confidential there."""
    record.team_id, record.counselor_id = team_id_of(team), None
    make_confidential(record)


@pytest.fixture
def harbor(actor):
    """Return a second shared project."""
    return services.add_project(actor("anna"), {"name": "Ningbo port", "country": "CN"})


def test_packages_are_those_of_the_project_by_deadline_with_visible_parties(actor, people, suzhou, harbor, prime):
    secret = organization("Secret", team="Inland", counselor=people["anna"], confidential=True)
    late, early = datetime(2026, 12, 2, 17, 0), datetime(2026, 12, 1, 17, 0)
    rows = [
        save_package(suzhou, PACKAGE | {"name": "Without a day", "organization_id": secret.id}),
        save_package(suzhou, PACKAGE | {"name": "Late", "native_name": "二标段", "bid_wall": late}),
        save_package(suzhou, PACKAGE | {"name": "Early", "organization_id": prime.id, "bid_wall": early}),
    ]
    other = save_package(harbor, PACKAGE)
    names_by_user = {
        name: [(x.name, x.organization_id, x.organization) for x in structure.list_packages(actor(name), suzhou.id)]
        for name in ("anna", "dora")
    }
    of_prime = ("Early", prime.id, "Huayue Municipal")
    assert names_by_user == {
        "anna": [of_prime, ("Late", None, None), ("Without a day", secret.id, "Secret")],
        "dora": [of_prime, ("Late", None, None), ("Without a day", None, None)],
    }
    assert structure.get_package(suzhou.id, rows[0].id) is rows[0]
    for project_id, package_id in ((suzhou.id, other.id), (suzhou.id, 999)):
        with pytest.raises(NotFound):
            structure.get_package(project_id, package_id)
    choices = [(rows[2].id, "Early"), (rows[1].id, "Late 二标段"), (rows[0].id, "Without a day")]
    assert structure.list_package_choices(actor("dora"), suzhou.id) == choices
    change_project(actor("anna"), suzhou, {"confidential": True})
    assert structure.list_package_choices(actor("dora"), suzhou.id) == []
    names = structure.load_package_names(actor("dora"), {rows[0].id, other.id})
    assert names == {other.id: "Lot"}
    assert structure.load_package_names(actor("anna"), set()) == {}


def test_parties_are_those_of_the_project_in_the_order_of_roles(actor, people, suzhou, harbor, prime, wang):
    secret = organization("Secret", team="Inland", counselor=people["anna"], confidential=True)
    roles = ((prime, ProjectRole.prime, wang), (secret, ProjectRole.designer, None), (secret, ProjectRole.owner, None))
    parties = [
        services.save_party(suzhou, {"organization_id": x.id, "role": role, "person_id": contact and contact.id})
        for x, role, contact in roles
    ]
    other = services.save_party(harbor, {"organization_id": prime.id, "role": ProjectRole.owner})
    names_by_user = {name: [x.id for x in queries.list_parties(actor(name), suzhou.id)] for name in ("anna", "dora")}
    order = list(ProjectRole)
    by_role = sorted(parties, key=lambda x: order.index(x.role))
    assert names_by_user == {"anna": [x.id for x in by_role], "dora": [parties[0].id]}
    assert {x.organization for x in queries.list_parties(actor("anna"), suzhou.id)} == {"Huayue Municipal", "Secret"}
    choices = queries.list_party_choices(actor("anna"), suzhou.id, without=prime.id)
    assert choices == [(secret.id, "Secret")]
    (row,) = queries.list_parties(actor("dora"), suzhou.id)
    assert (row.person_id, row.person) == (wang.id, "Xiaoming Wang")
    make_confidential_in(wang, "Inland")
    (row,) = queries.list_parties(actor("boris"), suzhou.id)
    assert (row.person_id, row.person) == (None, None)
    for party_id in (other.id, 999):
        with pytest.raises(NotFound):
            queries.get_party(suzhou.id, party_id)
    assert [x.role for x in queries.list_participations(actor("anna"), prime.id)] == [
        ProjectRole.owner,
        ProjectRole.prime,
    ]
    archived(harbor)
    assert [x.id for x in queries.list_participations(actor("anna"), prime.id)] == [suzhou.id]


def test_registrations_are_listed_on_both_sides_with_visible_open_others(actor, people, prime):
    first, second = client_of("Inland", "Alpha"), client_of("Inland", "Beta")
    hidden, former = client_of("Bay", "Bay firm"), archived(client_of("Inland", "Former"))
    values = {"state": RegistrationState.registered, "portal_url": None, "registered_on": date(2026, 1, 1)}
    values |= {"prime_id": prime.id, "expires_on": None}
    rows = [save_registration(actor("admin"), values | {"client_id": x.id}) for x in (second, first, hidden, former)]
    at_prime = structure.list_registrations(actor("anna"), prime.id, is_client=False)
    assert [(x.id, x.client_id, x.other) for x in at_prime] == [
        (rows[1].id, first.id, "Alpha"),
        (rows[0].id, second.id, "Beta"),
    ]
    (of_client,) = structure.list_registrations(actor("anna"), first.id, is_client=True)
    assert (of_client.id, of_client.other_id, of_client.other) == (rows[1].id, prime.id, "Huayue Municipal")
    assert structure.list_registrations(actor("anna"), prime.id, is_client=True) == []
    assert structure.get_registration(actor("anna"), rows[1].id, "organization:edit") is rows[1]
    for registration_id in (rows[2].id, 999):
        with pytest.raises(NotFound):
            structure.get_registration(actor("anna"), registration_id, "organization:see")
    with pytest.raises(Invalid, match="existing registration"):
        save_registration(actor("admin"), values | {"client_id": first.id})
    save_registration(actor("admin"), values | {"client_id": first.id}, rows[1])
    with pytest.raises(Invalid, match="different organization"):
        save_registration(actor("admin"), values | {"client_id": prime.id})
    make_confidential_in(prime, "Bay")
    with pytest.raises(NotFound):
        structure.get_registration(actor("anna"), rows[1].id, "organization:see")


def test_deadlines_of_packages_follow_the_zone_of_their_own_project_only(session, suzhou, harbor):
    wall = datetime(2026, 12, 1, 17, 0)
    row, other = (save_package(x, PACKAGE | {"bid_wall": wall}) for x in (suzhou, harbor))
    open_end = save_package(suzhou, PACKAGE | {"name": "Open end"})
    for project in (suzhou, harbor):
        project.zone = "Asia/Urumqi"
    session.flush()
    move_packages([suzhou.id])
    moved, same = datetime(2026, 12, 1, 11, 0, tzinfo=UTC), datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    assert [(x.zone, x.bid_at) for x in (row, other)] == [("Asia/Urumqi", moved), ("Asia/Shanghai", same)]
    assert (open_end.zone, open_end.bid_at) == ("Asia/Shanghai", None)


def test_deadline_without_a_zone_is_refused(session, actor):
    project = services.add_project(actor("anna"), {"name": "Somewhere"})
    with pytest.raises(Invalid, match="Choose a time zone"):
        save_package(project, PACKAGE | {"bid_wall": datetime(2026, 12, 1, 17, 0)})
    assert save_package(project, PACKAGE).bid_at is None


def test_package_of_a_need_is_one_of_its_project(session, actor, suzhou, harbor):
    first, second = (save_package(suzhou, PACKAGE | {"name": name}) for name in ("One", "Two"))
    other = save_package(harbor, PACKAGE)
    need = services.save_need(actor("anna"), {"title": "Pumps", "project_id": suzhou.id, "package_id": first.id})
    services.save_need(actor("anna"), {"title": "Valves", "project_id": suzhou.id, "package_id": second.id})
    assert structure.find_package_id(need.id) == first.id
    services.save_need(actor("anna"), {"spec": "PN16"}, need)
    assert structure.find_package_id(need.id) == first.id
    assert [(x.title, x.package) for x in queries.list_needs(actor("anna"), project_id=suzhou.id)] == [
        ("Pumps", "One"),
        ("Valves", "Two"),
    ]
    services.save_need(actor("anna"), {"package_id": second.id}, need)
    assert structure.find_package_id(need.id) == second.id
    for package_id in (other.id, None):
        services.save_need(actor("anna"), {"package_id": first.id}, need)
        services.save_need(actor("anna"), {"package_id": package_id}, need)
        assert structure.find_package_id(need.id) is None
    assert session.query(TenderPackage).count() == 3


@pytest.mark.parametrize(
    ("change", "is_met"),
    [
        ({}, True),
        ({"quantity_number": None, "quantity": "a few"}, True),
        ({"quantity_number": None, "quantity": None}, False),
        ({"spec": None}, False),
        ({"needed_by": None}, False),
    ],
)
def test_need_with_quantity_text_and_day_is_a_test_of_the_lead(session, actor, suzhou, harbor, change, is_met):
    need = services.save_need(actor("anna"), {"title": "Pumps", "project_id": suzhou.id})
    for name, value in ({"quantity_number": 4, "spec": "PN16", "needed_by": date(2027, 1, 1)} | change).items():
        setattr(need, name, value)
    session.flush()
    assert (LeadTest.need_line in queries.load_met_tests(suzhou)) == is_met
    assert LeadTest.need_line not in queries.load_met_tests(harbor)
    archived(need)
    assert LeadTest.need_line not in queries.load_met_tests(suzhou)


def test_a_move_back_skips_no_test(actor, suzhou):
    anna = actor("anna")
    for stage in (LeadStage.prime_identified, LeadStage.project_verified):
        change = services.move_lead(anna, suzhou, stage, "Checked again")
    assert change.skipped == []


def test_need_that_leaves_an_open_record_opens_with_its_new_one(actor, people, suzhou, prime):
    secret = organization("Secret", team="Inland", counselor=people["anna"], confidential=True)
    need = services.save_need(actor("anna"), {"title": "Pumps", "organization_id": prime.id})
    services.save_need(actor("anna"), {"organization_id": None, "project_id": suzhou.id}, need)
    assert (need.restricted, need.confidential) == (False, False)
    services.save_need(actor("anna"), {"organization_id": secret.id, "project_id": None}, need)
    assert (need.restricted, need.confidential, need.team_id) == (False, True, secret.team_id)
    services.save_need(actor("anna"), {"organization_id": None, "project_id": suzhou.id}, need)
    assert (need.restricted, need.confidential) == (True, True)


def test_right_on_the_client_is_required_for_its_registrations(actor, prime):
    row = save_registration(
        actor("admin"),
        {"client_id": client_of("Inland").id, "prime_id": prime.id, "state": RegistrationState.registered}
        | {"portal_url": None, "registered_on": None, "expires_on": None},
    )
    with pytest.raises(Forbidden):
        structure.get_registration(actor("shen"), row.id, "organization:money")
