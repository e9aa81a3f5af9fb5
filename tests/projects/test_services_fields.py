"""What services of projects, needs and leads store besides the main thing, and what they refuse."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.net_changes import NetChange
from crm.core.errors import Invalid, NotFound
from crm.core.hooks import RECORD_MAKERS, UNDONE
from crm.core.policy import SYSTEM
from crm.people.models import Affiliation
from crm.projects import queries, services
from crm.projects.models import Project, ProjectParty
from crm.projects.policy import LeadStage, LeadTest, NeedState, ProjectPhase, ProjectRole, SourceKind
from crm.projects.queries import structure
from crm.projects.services.projects import change_projects
from crm.projects.services.structure import (
    save_package,
    set_need_package,
)
from crm.projects.structure_policy import PackageState
from crm.records.policy import EvidenceState
from crm.records.queries import evidence_of
from tests.factories import client_of, organization, person, post, team_id_of

PLAIN = {
    "name": "Harbor",
    "native_name": "港",
    "country": "CN",
    "city": "Ningbo",
    "zone": "Asia/Shanghai",
    "corridor": "Belt",
    "phase": ProjectPhase.tender,
    "value": 5,
    "currency": "CNY",
    "funding": "Budget",
    "description": "Cranes",
    "source_kind": SourceKind.web_page,
    "source_note": "www.harbor.example",
    "heard_on": date(2026, 3, 9),
}
WALL = datetime(2026, 12, 18, 17)
PACKAGE = {"name": "Lot", "native_name": "标段", "organization_id": None, "state": PackageState.open, "bid_wall": None}


def test_project_has_every_value_and_keeps_those_that_are_not_given(actor, water):
    row = services.add_project(actor("anna"), PLAIN | {"sectors": [water.id], "bid_wall": WALL}, uid="one")
    services.change_project(actor("anna"), row, {"city": "Fenghua"})
    assert {name: getattr(row, name) for name in PLAIN} == PLAIN | {"city": "Fenghua"}
    assert (row.uid, row.bid_wall, row.bid_at) == ("one", WALL, datetime(2026, 12, 18, 9, tzinfo=UTC))
    assert queries.load_sector_names([row.id, 0]) == {row.id: ["Water"], 0: []}
    services.change_project(actor("anna"), row, {"bid_wall": None})
    assert (row.bid_wall, row.bid_at) == (None, None)
    services.change_project(actor("anna"), row, {"name": None, "native_name": "新港"})
    assert (row.name, row.label) == ("新港", "新港")


def test_typed_name_of_a_new_project_goes_to_its_script(actor, session):
    make = RECORD_MAKERS["project"].make
    rows = [session.get_one(Project, make(actor("anna"), name)) for name in ("Harbor", "港口")]
    assert [(row.name, row.native_name) for row in rows] == [("Harbor", None), ("港口", "港口")]


def test_place_of_many_projects_is_changed_unless_a_deadline_would_lose_its_zone(actor, session):
    anna = actor("anna")
    plain = services.add_project(anna, {"name": "Plain", "country": "CN", "zone": None})
    dated = services.add_project(anna, {"name": "Dated", "country": "CN", "bid_wall": WALL})
    package = save_package(plain, PACKAGE | {"bid_wall": WALL})
    ids = [plain.id, dated.id]
    assert change_projects(anna, ids, {"zone": "Asia/Tokyo"}) == {}
    session.expire_all()
    assert [(row.zone, row.bid_at and row.bid_at.hour) for row in (plain, dated)] == [
        ("Asia/Tokyo", None),
        ("Asia/Tokyo", 8),
    ]
    assert (package.zone, package.bid_at.hour) == ("Asia/Tokyo", 8)
    refused = change_projects(anna, ids, {"country": None, "zone": None})
    session.expire_all()
    assert refused == {dated.id: "Choose a time zone for the bid deadline."}
    assert [(row.zone, row.country) for row in (plain, dated)] == [(None, None), ("Asia/Tokyo", "CN")]
    assert (
        change_projects(anna, ids, {"city": "Osaka"}) == change_projects(anna, [plain.id], {"funding": "Budget"}) == {}
    )
    session.expire_all()
    assert [(row.city_key, "osaka" in row.tokens.split()) for row in (plain, dated)] == [("osaka", True)] * 2
    assert (plain.funding, dated.funding) == ("Budget", None)


def test_party_has_its_person_and_the_party_above(suzhou, prime, wang):
    supplier = organization()
    top = services.save_party(suzhou, {"organization_id": prime.id, "role": ProjectRole.prime, "person_id": wang.id})
    values = {"organization_id": supplier.id, "role": ProjectRole.lender, "under_id": prime.id}
    lower = services.save_party(suzhou, values)
    assert (top.person_id, top.under_id, lower.person_id, lower.under_id) == (wang.id, None, None, prime.id)
    with pytest.raises(Invalid) as refused:
        services.save_party(suzhou, values)
    assert refused.value.field == "organization_id"
    services.save_party(suzhou, {"organization_id": supplier.id, "role": ProjectRole.lender}, lower)
    assert lower.under_id is None
    assert queries.list_party_choices(SYSTEM, suzhou.id, supplier.id) == [(prime.id, "Huayue Municipal")]
    assert queries.get_party(suzhou.id, top.id) is top
    for project_id, party_id in ((suzhou.id + 1, top.id), (suzhou.id, 0)):
        with pytest.raises(NotFound):
            queries.get_party(project_id, party_id)


def test_lower_party_stays_while_the_upper_one_has_another_role(suzhou, prime):
    supplier = organization()
    roles = (ProjectRole.prime, ProjectRole.designer)
    first, second = (services.save_party(suzhou, {"organization_id": prime.id, "role": role}) for role in roles)
    lower = services.save_party(
        suzhou, {"organization_id": supplier.id, "role": ProjectRole.lender, "under_id": prime.id}
    )
    services.remove_party(first)
    assert lower.under_id == prime.id
    services.remove_party(second)
    assert (lower.under_id, db.session.scalars(sa.select(ProjectParty)).all()) == (None, [lower])


def test_need_has_the_values_the_access_and_the_name_of_its_project(actor, suzhou, prime):
    anna = actor("anna")
    package = save_package(suzhou, PACKAGE)
    values = {"title": "Meters", "quantity": "240 sets", "hs6": "902680", "package_id": package.id}
    need = services.save_need(anna, values | {"project_id": suzhou.id, "organization_id": prime.id}, uid="one")
    assert (need.uid, need.quantity_number, need.quantity_unit, need.quantity) == ("one", 240, "sets", None)
    assert {"meters", "suzhou", "902680"} <= set(need.tokens.split())
    assert (structure.find_package_id(need.id), need.counselor_id) == (package.id, suzhou.counselor_id)
    with pytest.raises(Invalid):
        services.save_need(anna, {"hs6": "90268"}, need)
    db.session.refresh(need)
    services.save_need(anna, {"title": "Gauges"}, need)
    assert (structure.find_package_id(need.id), need.hs6) == (package.id, "902680")
    need.title = "Undone"
    UNDONE["need"](anna, {need: []})
    assert {"undone", "suzhou"} <= set(need.tokens.split())
    set_need_package(need, None)
    assert structure.find_package_id(need.id) is None
    services.set_need_state(need, NeedState.withdrawn)
    assert need.state is NeedState.withdrawn


def test_need_of_a_hidden_project_is_not_found_by_its_name(actor, people, suzhou):
    services.change_project(actor("anna"), suzhou, {"confidential": True})
    client = client_of("Inland", counselor=people["anna"])
    need = services.save_need(actor("anna"), {"title": "Meters", "organization_id": client.id})
    with pytest.raises(NotFound):
        services.save_need(actor("dora"), {"project_id": suzhou.id}, need)


def test_need_whose_readers_were_chosen_stays_confidential_when_its_project_is_saved(actor, people, suzhou):
    anna = actor("anna")
    secret = client_of("Inland", counselor=people["anna"], confidential=True)
    need = services.save_need(anna, {"title": "Meters", "organization_id": secret.id})
    services.save_need(anna, {"organization_id": None, "project_id": suzhou.id}, need)
    assert (need.restricted, need.confidential) == (True, True)
    services.change_project(anna, suzhou, {"name": "Suzhou city"})
    assert (need.confidential, need.team_id) == (True, team_id_of("Inland"))


def test_lead_test_keeps_source_and_result(actor, suzhou):
    values = {"state": EvidenceState.met, "where": "CSL", "result": "No hit"}
    services.mark_lead_test(actor("anna"), suzhou, LeadTest.screening, values)
    assert queries.load_test_values(suzhou.id, "screening") == values
    assert queries.load_test_values(suzhou.id, "prime") == {}
    services.mark_lead_test(actor("anna"), suzhou, LeadTest.prime, {"state": EvidenceState.does_not_apply})
    assert (evidence_of(suzhou.id)["prime"].where, evidence_of(suzhou.id)["prime"].result) == ("", "")


def test_undone_move_of_a_lead_is_a_move(actor, people, suzhou, clock):
    services.move_lead(actor("anna"), suzhou, LeadStage.prime_identified)
    suzhou.lead_stage = LeadStage.lead_heard
    diff = {"lead_stage": ["lead_heard", "prime_identified"]}
    changes = [NetChange("project", str(suzhou.id), suzhou.id, "changed", x) for x in ({"city": [None, None]}, diff)]
    clock.forward(hours=1)
    UNDONE["project"](actor("dora"), {suzhou: changes})
    moves = queries.list_lead_moves(suzhou.id)
    assert [(move.user_name, move.old, move.new, move.why) for move in moves] == [
        ("Dora Lindqvist", LeadStage.prime_identified, LeadStage.lead_heard, "Undone"),
        ("Anna Reyes", LeadStage.lead_heard, LeadStage.prime_identified, None),
    ]


@pytest.mark.parametrize(
    ("source", "note", "chosen", "kind"),
    [
        (None, "www.plants.example", None, SourceKind.web_page),
        (None, "https://plants.example", SourceKind.group, SourceKind.group),
        (None, "by phone", None, None),
        (None, None, None, None),
        ("post", "www.plants.example", None, SourceKind.post),
        ("organization", None, None, None),
        ("person", None, None, SourceKind.person),
        ("hidden", None, None, None),
    ],
)
def test_type_of_the_source_follows_from_the_source(actor, people, source, note, chosen, kind):
    records = {
        "post": lambda: post("Consulate"),
        "organization": organization,
        "person": lambda: person("Zhou", "Limin"),
        "hidden": lambda: person("Zhou", "Limin", team="Bay", counselor=people["boris"]),
    }
    values = {"name": "Plant", "source_note": note, "source_kind": chosen, "parties": [], "needs": [], "unknown": []}
    values["source_id"] = records[source]().id if source else None
    assert services.add_lead(actor("anna"), values).source_kind is kind


def test_lead_with_a_new_person_gives_them_a_position_and_needs_go_to_the_first_prime(actor, prime, wang, clock):
    new, other = person("Lu", "Min"), organization()
    parties = [
        {"organization_id": other.id, "role": ProjectRole.owner, "person_id": new.id, "is_new_person": True},
        {"organization_id": prime.id, "role": ProjectRole.prime, "person_id": wang.id, "is_new_person": False},
    ]
    values = {"name": "Plant", "country": "CN", "parties": parties, "needs": [{"title": "Meters"}]}
    row = services.add_lead(actor("anna"), values | {"unknown": [LeadTest.country, LeadTest.city]}, uid="one")
    stmt = sa.select(Affiliation.organization_id).where(Affiliation.person_id == new.id)
    assert db.session.scalars(stmt).all() == [other.id]
    assert [need.organization_id for need in queries.list_needs(actor("anna"), project_id=row.id)] == [prime.id]
    answers = queries.load_lead_answers(row)
    assert (row.uid, answers.unknown, LeadTest.country in answers.met) == ("one", (LeadTest.city,), True)
    assert set(evidence_of(row.id)) == {"city"}
