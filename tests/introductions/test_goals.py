"""Which organizations a record wants to reach, who their contacts, partners and sources are, and what is left out."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.data.base import db
from crm.introductions.queries import load_goal
from crm.opportunities.policy import OpportunityStage
from crm.projects.policy import ProjectRole
from crm.projects.services import add_project, change_project, save_party
from crm.shows.services import save_show
from tests.factories import archived, client_of, make_confidential, organization, person
from tests.factories.opportunities import make_opportunity


@pytest.fixture
def anna(actor):
    return actor("anna")


@pytest.fixture
def mill(people):
    return client_of("Inland", "Mill", counselor=people["anna"])


@pytest.fixture
def port(people):
    return organization("Port")


def ids(*rows) -> tuple[int, ...]:
    return tuple(row.id for row in rows)


def target_ids(goal) -> tuple[int, ...]:
    return ids(*goal.targets)


def test_primes_come_first_then_buyers_then_owners_who_are_goals_only_alone(anna, suzhou, huayue, bureau, mill, port):
    save_party(suzhou, {"organization_id": bureau.id, "role": ProjectRole.owner})
    opportunity = make_opportunity(mill, project_id=suzhou.id, buyer_id=port.id)
    goal = load_goal(anna, opportunity)
    assert (target_ids(goal), goal.chosen_ids) == (ids(huayue, port, bureau), ids(huayue, port))
    assert (goal.client_ids, load_goal(anna, suzhou).client_ids) == ((mill.id,), ())
    chosen = load_goal(anna, opportunity, bureau.id)
    assert (target_ids(chosen), chosen.chosen_ids) == (target_ids(goal), (bureau.id,))


def test_owner_is_the_goal_without_primes_and_buyers(anna, bureau, mill):
    project = add_project(anna, {"name": "Port of Ningbo"})
    save_party(project, {"organization_id": bureau.id, "role": ProjectRole.owner})
    assert load_goal(anna, project).chosen_ids == (bureau.id,)
    opportunity = make_opportunity(mill, project_id=project.id, buyer_id=bureau.id)
    assert load_goal(anna, opportunity).chosen_ids == (bureau.id,)


def test_contacts_are_those_of_the_goal_and_partners_are_the_others(anna, suzhou, huayue, wang, bureau, mill, port):
    zhao, sun, gone = person("Zhao", "Jianguo"), person("Sun", "Li"), person("Ye", "Lan", is_archived=True)
    save_party(suzhou, {"organization_id": bureau.id, "role": ProjectRole.designer, "person_id": zhao.id})
    save_party(suzhou, {"organization_id": mill.id, "role": ProjectRole.designer, "person_id": gone.id})
    opportunity = make_opportunity(mill, project_id=suzhou.id, buyer_id=port.id, buyer_contact_id=sun.id)
    goal = load_goal(anna, opportunity)
    assert goal.contacts == {wang.id: huayue.id, sun.id: port.id}
    assert goal.partners == {bureau.id: huayue.id, mill.id: huayue.id}
    assert goal.partner_people == {zhao.id: huayue.id}
    other = load_goal(anna, opportunity, port.id)
    assert (other.contacts, other.partners, other.partner_people) == ({sun.id: port.id}, {}, {})


def test_client_wants_to_reach_the_buyers_of_its_newest_open_opportunities(anna, mill, people):
    buyers = [organization(f"Buyer {n:02}") for n in range(14)]
    rows = [make_opportunity(mill, buyer_id=buyer.id) for buyer in buyers]
    rows[13].stage = OpportunityStage.lost
    archived(rows[12])
    archived(buyers[11])
    make_opportunity(client_of("Inland", "Other"), buyer_id=organization("Other buyer").id)
    rows[10].counselor_id = people["boris"].id
    make_confidential(rows[10])
    db.session.flush()
    goal = load_goal(anna, mill)
    assert (target_ids(goal), goal.client_ids) == (ids(*buyers[1:10]), (mill.id,))
    assert goal.chosen_ids == target_ids(goal)


def test_source_is_a_visible_person_or_organization(anna, people, suzhou, huayue, bureau):
    zhao = person("Zhao", "Jianguo")
    day = date(2026, 3, 12)
    show = save_show(anna, {"name": "Water expo", "zone": "Asia/Shanghai", "starts_on": day, "ends_on": day})
    secret = client_of("Bay", "Secret", counselor=people["boris"], confidential=True)
    sources = {}
    for row in (zhao, bureau, show, secret, archived(person("Sun", "Li"))):
        change_project(anna, suzhou, {"heard_on": date(2026, 2, 1)})
        suzhou.source_id = row.id
        db.session.flush()
        sources[row.id] = [(x.id, x.kind, x.target_id, x.heard_on) for x in load_goal(anna, suzhou).sources]
    assert [rows for rows in sources.values() if rows] == [
        [(zhao.id, "person", huayue.id, date(2026, 2, 1))],
        [(bureau.id, "organization", huayue.id, date(2026, 2, 1))],
    ]


def test_only_an_organization_can_be_chosen(anna, suzhou, port):
    assert target_ids(load_goal(anna, suzhou, port.id))[-1] == port.id
    goal = load_goal(anna, suzhou, person("Zhao", "Jianguo").id)
    assert (goal.chosen_ids, len(goal.targets)) == ((), 1)


def test_parties_that_are_archived_or_hidden_and_hidden_projects_are_no_goals(anna, people, suzhou, huayue, wang, mill):
    opportunity = make_opportunity(mill, project_id=suzhou.id)
    wang.team_id, wang.counselor_id = client_of("Bay", "Bay firm").team_id, people["boris"].id
    make_confidential(wang)
    assert (load_goal(anna, opportunity).contacts, load_goal(anna, opportunity).chosen_ids) == ({}, (huayue.id,))
    archived(huayue)
    assert target_ids(load_goal(anna, opportunity)) == ()
    huayue.archived_at, suzhou.counselor_id = None, people["boris"].id
    suzhou.team_id = wang.team_id
    make_confidential(suzhou)
    db.session.flush()
    assert target_ids(load_goal(anna, opportunity)) == ()


def test_signed_and_ended_opportunities_of_a_client_need_no_introduction(anna, mill, port, bureau):
    for stage, buyer in ((OpportunityStage.contracted, port), (OpportunityStage.lost, bureau)):
        make_opportunity(mill, stage=stage, buyer_id=buyer.id)
    assert load_goal(anna, mill).targets == ()
    still_open = make_opportunity(mill, stage=OpportunityStage.negotiating, buyer_id=bureau.id)
    assert target_ids(load_goal(anna, mill)) == (still_open.buyer_id,)
