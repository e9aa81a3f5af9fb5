"""Who can introduce us: which facts make a path, in which words, and what hidden records leave."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.interactions.policy import InteractionOutcome, InteractionType
from crm.introductions.queries import find_introductions, load_goal
from crm.people.models import Affiliation
from crm.people.policy import OfficialRank, RelationKind
from crm.projects.policy import ProjectRole
from crm.projects.services import change_project, save_need, save_party
from tests.factories import (
    affiliation,
    archived,
    client_of,
    make_confidential,
    organization,
    person,
    post,
    relation,
    representation,
)
from tests.factories.opportunities import make_opportunity


def requests(wordings):
    return [wording.sentence for wording in wordings]


def test_colleague_who_knows_the_contact_is_named_with_count_and_last_day(suzhou, wang, meet, sentences):
    for day in (1, 2, 3, 4):
        meet("shen", wang, day=day)
    wording = sentences("anna", suzhou)[0]
    assert wording.sentence == "Ask Shen Yun to ask Wang Xiaoming (王晓明)"
    assert wording.evidence[0] == "Shen Yun and Wang Xiaoming (王晓明) met 4 times, last on Mar 4"


def test_own_meetings_lead_straight_to_the_contact(suzhou, wang, meet, sentences):
    meet("anna", wang)
    wording = sentences("anna", suzhou)[0]
    assert wording.sentence == "Contact Wang Xiaoming (王晓明)"
    assert wording.evidence == (
        "You and Wang Xiaoming (王晓明) met once, on Mar 1",
        "Wang Xiaoming (王晓明) works at Huayue Municipal",
    )


def test_rank_of_the_contact_is_part_of_the_evidence(suzhou, wang, meet, sentences, session):
    position = session.scalars(sa.select(Affiliation).where(Affiliation.person_id == wang.id)).one()
    position.rank, position.rank_words = OfficialRank.bureau, "副厅级"
    meet("anna", wang)
    evidence = sentences("anna", suzhou)[0].evidence
    assert evidence[1] == "Wang Xiaoming (王晓明) works at Huayue Municipal (rank: Department or bureau, 副厅级)"


def test_relation_leads_from_someone_we_met_to_the_contact(suzhou, wang, meet, sentences, bureau):
    zhao = person("Zhao", "Jianguo", organization=bureau)
    relation(wang, zhao, RelationKind.reports_to, evidence="Card of the bureau")
    meet("shen", zhao)
    wording = sentences("anna", suzhou)[0]
    assert wording.sentence == "Ask Shen Yun to ask Jianguo Zhao for an introduction to Wang Xiaoming (王晓明)"
    assert wording.evidence[1] == "Jianguo Zhao: Manages Wang Xiaoming (王晓明), Card of the bureau"


def test_two_people_lead_from_someone_i_met_to_the_contact(suzhou, wang, meet, sentences):
    zhao, sun = person("Zhao", "Jianguo"), person("Sun", "Li")
    relation(wang, zhao, RelationKind.former_colleague)
    relation(zhao, sun, RelationKind.relative)
    meet("anna", sun)
    assert requests(sentences("anna", suzhou)) == [
        "Ask Li Sun to ask Jianguo Zhao for an introduction to Wang Xiaoming (王晓明)"
    ]


def test_people_who_attended_the_same_meeting_know_each_other(people, suzhou, wang, meet, sentences):
    zhao = person("Zhao", "Jianguo")
    meet("clara", wang, zhao, day=5)
    meet("anna", zhao, day=6)
    people["clara"].active = False
    db.session.flush()
    wordings = sentences("anna", suzhou)
    assert "Jianguo Zhao and Wang Xiaoming (王晓明) attended the same meeting on Mar 5" in [
        text for wording in wordings for text in wording.evidence
    ]


def test_source_partner_and_former_staff_lead_to_the_organization(actor, suzhou, huayue, meet, sentences, bureau):
    consulate = post("Consulate General Shanghai")
    officer, partner = person("Whitcombe", "Daniel", organization=consulate), person("Zhao", "Jianguo")
    former = person("Sun", "Li")
    affiliation(former, huayue, from_on=date(2019, 1, 1), to_on=date(2025, 12, 31))
    save_party(suzhou, {"organization_id": bureau.id, "role": ProjectRole.owner, "person_id": partner.id})
    change_project(actor("anna"), suzhou, {"source_id": consulate.id, "heard_on": date(2026, 2, 1)})
    for other in (officer, partner, former):
        meet("anna", other)
    texts = [wording.evidence[-1] for wording in sentences("anna", suzhou)]
    assert sorted(texts) == [
        "Consulate General Shanghai, where Daniel Whitcombe works, reported this lead, Feb 1",
        "Jianguo Zhao takes part in the same project",
        "Li Sun worked at Huayue Municipal until Dec 31, 2025",
    ]


def test_china_rep_of_the_client_is_a_way_to_the_buyer(people, huayue, wang, sentences):
    client = client_of("Inland", "Tri-Valley", counselor=people["anna"])
    zhou = person("Zhou", "Limin")
    relation(zhou, wang, RelationKind.schoolmate)
    representation(client, zhou)
    opportunity = make_opportunity(client, buyer_id=huayue.id)
    for record in (client, opportunity):
        wording = sentences("anna", record)[0]
        assert wording.sentence == "Ask Limin Zhou for an introduction to Wang Xiaoming (王晓明)"
        assert wording.evidence[0] == "Limin Zhou is the China rep of Tri-Valley"


def test_need_uses_its_organization_and_its_project(actor, suzhou, huayue, wang, meet, sentences):
    meet("anna", wang)
    need = save_need(actor("anna"), {"title": "Flow meters", "project_id": suzhou.id})
    assert requests(sentences("anna", need)) == ["Contact Wang Xiaoming (王晓明)"]


def test_owner_is_the_goal_without_a_prime_or_when_chosen(suzhou, wang, meet, sentences, bureau):
    zhao = person("Zhao", "Jianguo", organization=bureau)
    save_party(suzhou, {"organization_id": bureau.id, "role": ProjectRole.owner})
    meet("anna", zhao)
    assert requests(sentences("anna", suzhou)) == ["Ask Jianguo Zhao for an introduction to Huayue Municipal"]
    assert requests(sentences("anna", suzhou, bureau.id)) == ["Contact Jianguo Zhao"]


@pytest.mark.parametrize(
    "values", [{"type": InteractionType.note}, {"type": InteractionType.lead}, {"state": "planned"}]
)
def test_notes_leads_and_plans_are_no_interactions(suzhou, wang, meet, sentences, values):
    meet("anna", wang, **values)
    assert sentences("anna", suzhou) == []


def test_reached_and_two_way_raise_the_strength(actor, suzhou, wang, meet):
    def strength():
        viewer = actor("anna")
        return find_introductions(viewer, load_goal(viewer, suzhou))[0].path.strength

    row = meet("anna", wang)
    strengths = []
    for reached in (InteractionOutcome.no_answer, InteractionOutcome.message_left, InteractionOutcome.talked):
        row.reached = reached
        db.session.flush()
        strengths.append(strength())
    assert strengths == sorted(set(strengths))


def test_hidden_interaction_relation_and_person_leave_no_path(people, suzhou, wang, meet, sentences):
    zhao, secret = person("Zhao", "Jianguo"), person("Sun", "Li", team="Bay", counselor=people["boris"])
    relation(wang, zhao, RelationKind.schoolmate, team="Bay")
    relation(wang, secret)
    meet("anna", zhao)
    meet("boris", secret)
    hidden = meet("boris", wang)
    assert requests(sentences("anna", suzhou)) == ["Ask Boris Keller to ask Wang Xiaoming (王晓明)"]
    make_confidential(hidden)
    assert sentences("anna", suzhou) == []


def test_archived_people_and_interactions_and_inactive_users_are_left_out(people, suzhou, wang, meet, sentences):
    zhao = person("Zhao", "Jianguo", is_archived=True)
    relation(wang, zhao)
    meet("clara", zhao)
    archived(meet("clara", wang, day=2))
    meet("dora", wang, day=3)
    people["dora"].active = False
    db.session.flush()
    assert sentences("anna", suzhou) == []


def test_other_teams_meeting_counts_half_for_how_it_went(actor, suzhou, wang, meet):
    def strength(name):
        viewer = actor(name)
        return find_introductions(viewer, load_goal(viewer, suzhou))[0].path.links[1].strength

    meet("boris", wang)
    meet("clara", wang)
    anna, nora = strength("anna"), strength("nora")
    assert anna == nora
    meet("boris", wang, day=2)
    assert strength("nora") > strength("anna")


def test_search_runs_as_many_statements_for_one_as_for_thirty_people(actor, suzhou, wang, meet, sql, huayue):
    def count_statements():
        db.session.expire_all()
        db.session.refresh(suzhou)
        sql.clear()
        find_introductions(actor("anna"), load_goal(actor("anna"), suzhou))
        return len(sql)

    zhao = person("Zhao", "Jianguo")
    relation(wang, zhao)
    meet("anna", zhao)
    meet("clara", wang, zhao)
    few = count_statements()
    for _ in range(10):
        other, contact = person(), person(organization=huayue)
        relation(contact, other)
        meet("clara", contact, other)
        meet("anna", other)
    assert count_statements() == few <= 20
    assert len(find_introductions(actor("anna"), load_goal(actor("anna"), suzhou))) == 5


def test_client_without_opportunities_has_no_goal_until_one_is_chosen(people, huayue, wang, meet, sentences):
    client = client_of("Inland", "Tri-Valley", counselor=people["anna"])
    meet("anna", wang)
    assert sentences("anna", client) == []
    assert requests(sentences("anna", client, huayue.id)) == ["Contact Wang Xiaoming (王晓明)"]


def test_hidden_organization_can_not_be_chosen(people, suzhou, meet, sentences):
    secret = client_of("Bay", "Secret", counselor=people["boris"], confidential=True)
    sun = person("Sun", "Li", organization=organization("Shared"))
    affiliation(sun, secret, main=False)
    meet("anna", sun)
    assert sentences("anna", suzhou, secret.id) == []
