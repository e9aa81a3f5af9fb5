"""Adding and moving projects, confidential projects, and the access of their needs."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.accounts.services.reassignment import reassign_user_records
from crm.core.data.base import db
from crm.core.errors import Forbidden, Invalid, NotFound
from crm.organizations.policy import OrganizationRole
from crm.organizations.services import add_organization
from crm.projects import queries, services
from crm.projects.models import LeadChange, ProjectParty
from crm.projects.policy import LeadStage, LeadTest, NeedState, ProjectPhase, ProjectRole, SourceKind
from crm.records.policy import EvidenceState
from crm.records.queries import evidence_of
from crm.records.services import change_counselor, set_confidentiality
from tests.factories import client_of, team_id_of


def test_add_project_adds_a_shared_new_lead(actor, clock, suzhou):
    assert (suzhou.team_id, suzhou.counselor_id, suzhou.lead_stage) == (None, actor("anna").id, LeadStage.lead_heard)
    assert (suzhou.zone, suzhou.stage_since) == ("Asia/Shanghai", datetime(2026, 3, 10, 17, 0, tzinfo=UTC))
    assert queries.get_project(actor("boris"), suzhou.id) is suzhou


def test_add_project_asks_for_one_name_in_any_script(actor, session):
    with pytest.raises(Invalid) as refused:
        services.add_project(actor("anna"), {"city": "Suzhou"})
    assert refused.value.field == "name"
    assert services.add_project(actor("anna"), {"native_name": "苏州"}).name == "苏州"


def test_bid_is_a_local_appointment_of_the_projects_zone(actor, suzhou):
    wall = datetime(2026, 12, 18, 17, 0)
    services.change_project(actor("anna"), suzhou, {"bid_wall": wall})
    assert (suzhou.bid_wall, suzhou.bid_at) == (wall, datetime(2026, 12, 18, 9, 0, tzinfo=UTC))
    services.change_project(actor("anna"), suzhou, {"zone": "Asia/Urumqi", "bid_wall": wall})
    assert suzhou.bid_at == datetime(2026, 12, 18, 11, 0, tzinfo=UTC)


def test_bid_without_a_zone_is_refused(actor, session):
    with pytest.raises(Invalid) as refused:
        services.add_project(actor("anna"), {"name": "Somewhere", "bid_wall": datetime(2026, 12, 18, 17, 0)})
    assert refused.value.field == "zone"


def test_confidential_project_moves_to_the_creators_team_with_its_needs_and_back(actor, suzhou):
    anna = actor("anna")
    need = services.save_need(anna, {"title": "Sensors", "project_id": suzhou.id})
    services.change_project(anna, suzhou, {"confidential": True})
    for row in (suzhou, need):
        assert (row.team_id, row.confidential, row.counselor_id) == (anna.first_team_id, True, anna.id)
    for name in ("boris", "dora", "nora", "admin"):
        with pytest.raises(NotFound):
            queries.get_project(actor(name), suzhou.id)
        with pytest.raises(NotFound):
            queries.get_need(actor(name), need.id)
    assert queries.get_need(actor("clara"), need.id) is need
    services.change_project(anna, suzhou, {"confidential": False})
    assert [(row.team_id, row.confidential) for row in (suzhou, need)] == [(None, False)] * 2


def test_needs_follow_the_readers_and_the_counselor_of_a_confidential_project(actor, people, suzhou):
    anna = actor("anna")
    need = services.save_need(anna, {"title": "Sensors", "project_id": suzhou.id})
    services.change_project(anna, suzhou, {"confidential": True})
    set_confidentiality(suzhou, confidential=True, readers=[people["boris"].id])
    assert queries.get_need(actor("boris"), need.id) is need
    set_confidentiality(suzhou, confidential=True, readers=[people["dora"].id])
    with pytest.raises(NotFound):
        queries.get_need(actor("boris"), need.id)
    assert queries.get_need(actor("dora"), need.id) is need
    change_counselor(suzhou, people["shen"].id)
    assert (need.counselor_id, need.reader_ids) == (people["shen"].id, {people["dora"].id})
    with pytest.raises(NotFound):
        queries.get_need(anna, need.id)


def test_needs_of_an_organization_follow_its_access_even_if_they_have_a_project(actor, people, suzhou):
    anna, client = actor("anna"), client_of("Inland", counselor=people["anna"])
    own = services.save_need(anna, {"title": "Agents", "organization_id": client.id})
    other = services.save_need(anna, {"title": "Pumps", "organization_id": client.id, "project_id": suzhou.id})
    set_confidentiality(client, confidential=True, readers=[people["boris"].id])
    for need in (own, other):
        assert (need.confidential, need.reader_ids) == (True, {people["boris"].id})
    set_confidentiality(client, confidential=False, readers=[])
    assert (other.team_id, other.confidential) == (None, False)


def test_only_users_with_the_right_make_a_project_confidential(actor, suzhou):
    with pytest.raises(Forbidden):
        services.change_project(actor("boris"), suzhou, {"confidential": True})


def test_tests_are_met_by_what_is_on_record(actor, suzhou, prime, wang, water):
    anna = actor("anna")
    assert queries.load_met_tests(suzhou) == {LeadTest.country}
    values = {
        "source_kind": SourceKind.person,
        "source_id": wang.id,
        "heard_on": date(2026, 3, 9),
        "city": "Suzhou",
        "phase": ProjectPhase.tender,
        "funding": "Not determined",
        "sectors": [water.id],
    }
    services.change_project(anna, suzhou, values)
    services.save_party(suzhou, {"organization_id": prime.id, "role": ProjectRole.owner})
    services.save_party(suzhou, {"organization_id": prime.id, "role": ProjectRole.prime, "person_id": wang.id})
    assert set(LeadTest) - queries.load_met_tests(suzhou) == {LeadTest.screening, LeadTest.need_line}
    half = {"title": "Sensors", "project_id": suzhou.id, "quantity_number": 240, "spec": "PM2.5"}
    need = services.save_need(anna, half)
    assert LeadTest.need_line not in queries.load_met_tests(suzhou)
    services.save_need(anna, {"needed_by": date(2027, 6, 1)}, need)
    by_hand = {"state": EvidenceState.met, "where": "Consolidated Screening List", "result": "No hit"}
    services.mark_lead_test(anna, suzhou, LeadTest.screening, by_hand)
    assert queries.load_met_tests(suzhou) == set(LeadTest)


def test_marking_a_test_requires_its_source(actor, suzhou):
    with pytest.raises(Invalid) as refused:
        services.mark_lead_test(actor("anna"), suzhou, LeadTest.screening, {"state": EvidenceState.met})
    assert refused.value.field == "where"
    services.mark_lead_test(actor("anna"), suzhou, LeadTest.screening, {"state": EvidenceState.does_not_apply})
    assert evidence_of(suzhou.id)["screening"].by == "Anna Reyes"


def test_move_lead_records_unmet_tests(actor, clock, suzhou):
    clock.forward(days=3)
    anna = actor("anna")
    services.move_lead(anna, suzhou, LeadStage.project_verified, not_applicable=[LeadTest.told_by])
    moved_at = datetime(2026, 3, 13, 17, 0, tzinfo=UTC)
    assert (suzhou.lead_stage, suzhou.stage_since) == (LeadStage.project_verified, moved_at)
    move = queries.list_lead_moves(suzhou.id)[0]
    assert (move.user_name, move.old, move.new) == ("Anna Reyes", LeadStage.lead_heard, LeadStage.project_verified)
    assert move.skipped == [LeadTest.source, LeadTest.heard_on]
    assert evidence_of(suzhou.id)["told_by"].state is EvidenceState.does_not_apply


def test_move_lead_back_needs_a_reason(actor, suzhou):
    anna = actor("anna")
    services.move_lead(anna, suzhou, LeadStage.prime_identified)
    for stage, why, field in ((LeadStage.lead_heard, " ", "why"), (LeadStage.prime_identified, "again", "stage")):
        with pytest.raises(Invalid) as refused:
            services.move_lead(anna, suzhou, stage, why)
        assert refused.value.field == field
    change = services.move_lead(anna, suzhou, LeadStage.lead_heard, "The owner changed")
    assert (change.why, change.skipped) == ("The owner changed", [])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LeadChange)) == 2


def test_party_has_a_role_once(actor, suzhou, prime):
    values = {"organization_id": prime.id, "role": ProjectRole.prime}
    party = services.save_party(suzhou, values)
    services.save_party(suzhou, values, party)
    with pytest.raises(Invalid):
        services.save_party(suzhou, values)
    services.save_party(suzhou, values | {"role": ProjectRole.designer})
    services.remove_party(party)
    assert [p.role for p in db.session.scalars(sa.select(ProjectParty))] == [ProjectRole.designer]


def test_need_requires_a_project_or_an_organization(actor, suzhou, prime):
    anna = actor("anna")
    with pytest.raises(Invalid) as refused:
        services.save_need(anna, {"title": "Sensors"})
    assert refused.value.field == "project_id"
    assert services.save_need(anna, {"title": "Pumps", "organization_id": prime.id}).team_id is None
    with pytest.raises(Invalid) as refused:
        services.save_need(anna, {"title": "Sensors", "project_id": suzhou.id, "hs6": "90271"})
    assert refused.value.field == "hs6"


def test_need_of_a_client_belongs_to_its_team(actor, session):
    anna = actor("anna")
    client = add_organization(anna, {"name": "ClearAir"}, roles=[OrganizationRole.client])
    need = services.save_need(anna, {"title": "A distributor", "organization_id": client.id})
    assert need.team_id == anna.first_team_id
    with pytest.raises(NotFound):
        queries.get_need(actor("boris"), need.id)


def test_need_state_is_set(actor, suzhou):
    need = services.save_need(actor("anna"), {"title": "Sensors", "project_id": suzhou.id})
    services.set_need_state(need, NeedState.matched)
    assert [n.state for n in queries.list_needs(actor("boris"), project_id=suzhou.id)] == [NeedState.matched]


def test_confidential_project_stays_in_its_team_when_a_user_of_several_teams_saves_it(actor, people, suzhou):
    shen = actor("shen")
    bay = team_id_of("Bay")
    assert bay not in (None, shen.first_team_id)
    suzhou.team_id, suzhou.counselor_id = bay, shen.id
    services.change_project(shen, suzhou, {"confidential": True})
    assert (suzhou.team_id, suzhou.confidential) == (bay, True)


def test_need_is_found_by_the_changed_name_of_its_project(actor, suzhou):
    need = services.save_need(actor("anna"), {"title": "Sensors", "project_id": suzhou.id})
    services.change_project(actor("anna"), suzhou, {"name": "Ningbo port", "native_name": ""})
    assert ("ningbo" in need.tokens, "suzhou" in need.tokens) == (True, False)


def test_needs_are_reassigned_with_their_project(actor, people, suzhou):
    need = services.save_need(actor("anna"), {"title": "Sensors", "project_id": suzhou.id})
    need.counselor_id = people["dora"].id
    db.session.flush()
    reassign_user_records(people["anna"], people["clara"])
    assert (suzhou.counselor_id, need.counselor_id) == (people["clara"].id, people["clara"].id)
