"""Lists of projects: visible rows and their order."""

from __future__ import annotations

from datetime import date

from crm.core.data.record import archive_record
from crm.organizations.policy import OrganizationRole
from crm.organizations.services import add_organization
from crm.people.services import add_person
from crm.projects import queries, services
from crm.projects.models import Need, Project
from crm.projects.policy import NeedState, ProjectRole


def test_parties_are_in_the_order_of_their_roles_without_other_teams_clients(actor, suzhou, prime, wang):
    anna = actor("anna")
    client = add_organization(anna, {"name": "ClearAir"}, roles=[OrganizationRole.client])
    own = add_person(anna, {"given_latin": "Own", "organization_id": client.id})
    for organization, role, person in (
        (client, ProjectRole.subcontractor, own),
        (prime, ProjectRole.prime, wang),
        (prime, ProjectRole.owner, own),
    ):
        services.save_party(suzhou, {"organization_id": organization.id, "role": role, "person_id": person.id})
    rows = [(p.organization, p.role, p.person) for p in queries.list_parties(anna, suzhou.id)]
    assert rows == [
        ("Huayue Municipal", ProjectRole.owner, "Own"),
        ("Huayue Municipal", ProjectRole.prime, "Xiaoming Wang"),
        ("ClearAir", ProjectRole.subcontractor, "Own"),
    ]
    rows = [(p.organization, p.role, p.person) for p in queries.list_parties(actor("boris"), suzhou.id)]
    assert rows == [
        ("Huayue Municipal", ProjectRole.owner, None),
        ("Huayue Municipal", ProjectRole.prime, "Xiaoming Wang"),
    ]


def test_open_needs_come_first_by_date(actor, suzhou, prime):
    anna = actor("anna")
    days = {"late": date(2027, 6, 1), "soon": date(2026, 6, 1), "never": None}
    for title, day in days.items():
        services.save_need(anna, {"title": title, "project_id": suzhou.id, "needed_by": day})
    filled = {"title": "filled", "project_id": suzhou.id, "organization_id": prime.id, "state": NeedState.filled}
    services.save_need(anna, filled)
    gone = services.save_need(anna, {"title": "gone", "project_id": suzhou.id})
    archive_record(gone, "twice")
    other = services.add_project(anna, {"name": "Ningbo harbor"})
    services.save_need(anna, {"title": "Cranes", "project_id": other.id})
    assert [n.title for n in queries.list_needs(anna, project_id=suzhou.id)] == ["soon", "late", "never", "filled"]
    assert [n.title for n in queries.list_needs(anna, organization_id=prime.id)] == ["filled"]


def test_need_of_an_organization_does_not_reveal_a_hidden_project(actor, suzhou, prime):
    anna = actor("anna")
    services.save_need(anna, {"title": "Pumps", "project_id": suzhou.id, "organization_id": prime.id})
    assert [n.title for n in queries.list_needs(actor("boris"), organization_id=prime.id)] == ["Pumps"]
    services.change_project(anna, suzhou, {"confidential": True})
    assert queries.list_needs(actor("boris"), organization_id=prime.id) == []


def test_organization_lists_the_projects_it_takes_part_in(actor, suzhou, prime):
    services.save_party(suzhou, {"organization_id": prime.id, "role": ProjectRole.prime})
    assert [(t.label, t.role) for t in queries.list_participations(actor("boris"), prime.id)] == [
        ("Suzhou smart city", ProjectRole.prime)
    ]
    services.change_project(actor("anna"), suzhou, {"confidential": True})
    assert queries.list_participations(actor("boris"), prime.id) == []


def test_source_is_shown_only_to_those_who_may_see_it(actor, suzhou):
    anna = actor("anna")
    client = add_organization(anna, {"name": "ClearAir"}, roles=[OrganizationRole.client])
    services.change_project(anna, suzhou, {"source_id": client.id})
    assert queries.get_source(anna, suzhou).label == "ClearAir"
    assert queries.get_source(actor("boris"), suzhou) is None


def test_each_project_lists_its_own_parties_and_sectors(actor, suzhou, prime, water):
    anna = actor("anna")
    other = services.add_project(anna, {"name": "Ningbo port", "sectors": [water.id]})
    owner = add_organization(anna, {"name": "Ningbo Port Bureau"}, roles=[OrganizationRole.end_user])
    services.save_party(suzhou, {"organization_id": prime.id, "role": ProjectRole.prime})
    services.save_party(other, {"organization_id": owner.id, "role": ProjectRole.owner})
    rows = {p.name: [party.organization for party in queries.list_parties(anna, p.id)] for p in (suzhou, other)}
    assert rows == {"Suzhou smart city": ["Huayue Municipal"], "Ningbo port": ["Ningbo Port Bureau"]}
    assert [row.label for row in queries.list_participations(anna, owner.id)] == ["Ningbo port"]
    assert [queries.list_sectors(p.id) for p in (suzhou, other)] == [[], [(water.id, "Water")]]
    archive_record(other, "twice")
    assert queries.list_participations(anna, owner.id) == []


def test_sectors_are_changed_for_one_project_alone(actor, suzhou, water):
    anna = actor("anna")
    other = services.add_project(anna, {"name": "Ningbo port", "sectors": [water.id]})
    services.change_project(anna, suzhou, {"sectors": [water.id]})
    services.change_project(anna, suzhou, {"sectors": []})
    assert [queries.list_sectors(p.id) for p in (suzhou, other)] == [[], [(water.id, "Water")]]


def test_lists_have_shared_projects_and_needs_and_visible_confidential_ones(actor, session, suzhou):
    anna = actor("anna")
    secret = services.add_project(anna, {"name": "Secret", "country": "CN"})
    needs = {row.id: services.save_need(anna, {"title": "Pumps", "project_id": row.id}) for row in (suzhou, secret)}
    services.change_project(anna, secret, {"confidential": True})
    for stmt_of, model, rows in (
        (queries.visible_projects, Project, (suzhou, secret)),
        (queries.visible_needs, Need, (needs[suzhou.id], needs[secret.id])),
    ):
        ids = {
            name: set(session.scalars(stmt_of(actor(name)).with_only_columns(model.id))) for name in ("anna", "dora")
        }
        assert ids == {"anna": {row.id for row in rows}, "dora": {rows[0].id}}
