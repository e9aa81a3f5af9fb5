"""Which people the queries of links return: on each side of each condition, with the figures of the link."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crm.core.data.base import db
from crm.interactions.models import InteractionParty
from crm.interactions.policy import InteractionOutcome, InteractionRole, InteractionType
from crm.introductions.policy import LinkKind, Meetings, link_strength
from crm.introductions.queries import find_introductions, load_goal
from crm.introductions.queries.employers import load_employer_links
from crm.introductions.queries.ends import load_end_links
from crm.introductions.queries.goals import Goal, LeadSource
from crm.introductions.queries.links import load_met_together, load_relation_links, load_rep_links, load_staff_links
from crm.people.policy import RelationKind, RepresentationStatus
from tests.factories import (
    affiliation,
    archived,
    client_of,
    holder,
    make_confidential,
    organization,
    person,
    post,
    post_role,
    relation,
    representation,
    team_id_of,
)

pytestmark = pytest.mark.engine_in_turn

TODAY = date(2026, 3, 10)


@pytest.fixture
def anna(actor):
    return actor("anna")


def hide(row):
    """Make a record confidential in another team."""
    row.team_id, row.counselor_id = team_id_of("Bay"), None
    return make_confidential(row)


def targets(links) -> list[int]:
    return sorted(link.target.id for link in links)


@pytest.fixture
def peers(people):
    """Return people: the one to start from, an open one, an archived one and a hidden one."""
    return [person("Near"), person("Open"), archived(person("Former")), hide(person("Hidden"))]


def test_coworkers_are_open_people_at_visible_places_that_are_no_goals(anna, peers):
    near, open_one, *_rest = peers
    mill, goal, hidden = organization("Mill"), organization("Goal"), hide(organization("Hidden place"))
    for place in (mill, goal, hidden):
        for one in peers if place is mill else peers[:2]:
            affiliation(one, place)
    affiliation(person("Elsewhere"), organization("Elsewhere"))
    (link,) = load_employer_links(anna, [near.id], [goal.id], TODAY)
    assert (link.source.id, link.target.id, link.kind) == (near.id, open_one.id, LinkKind.same_employer)
    assert (link.organization_id, link.from_on, link.until_on) == (mill.id, None, None)
    assert targets(load_employer_links(anna, [near.id], [], TODAY)) == [open_one.id] * 2
    assert load_employer_links(anna, [], [], TODAY) == []


@pytest.mark.parametrize(
    ("near", "far", "expected"),
    [
        ((None, None), (None, None), (LinkKind.same_employer, None, None)),
        (("2020-01-01", None), ("2021-01-01", None), (LinkKind.same_employer, "2021-01-01", None)),
        (("2020-01-01", "2026-03-10"), (None, None), (LinkKind.same_employer, "2020-01-01", None)),
        (("2020-01-01", "2026-03-09"), (None, None), (LinkKind.former_employer, "2020-01-01", "2026-03-09")),
        (
            ("2020-01-01", "2022-01-01"),
            ("2021-01-01", "2021-06-01"),
            (LinkKind.former_employer, "2021-01-01", "2021-06-01"),
        ),
        (("2020-01-01", "2021-01-01"), ("2021-01-01", None), (LinkKind.former_employer, "2021-01-01", "2021-01-01")),
        (("2021-01-01", None), ("2020-01-01", "2021-01-01"), (LinkKind.former_employer, "2021-01-01", "2021-01-01")),
        (("2020-01-01", "2020-12-31"), ("2021-01-01", None), None),
        (("2021-01-01", None), ("2020-01-01", "2020-12-31"), None),
        (("2021-01-01", None), (None, "2020-12-31"), None),
    ],
)
@pytest.mark.parametrize("is_tour", [False, True], ids=["employer", "post"])
def test_time_together_is_where_both_periods_overlap(anna, peers, near, far, expected, is_tour):
    place = post("Consulate")
    roles = (post_role(place), post_role(place, "Assistant"))
    for one, role, period in zip(peers, roles, (near, far), strict=False):
        times = dict(zip(("from_on", "to_on"), (day and date.fromisoformat(day) for day in period), strict=True))
        if is_tour:
            holder(role, one, **times)
        else:
            affiliation(one, place, **times)
    links = load_employer_links(anna, [peers[0].id], [], TODAY)
    rows = [(x.kind, x.from_on and str(x.from_on), x.until_on and str(x.until_on)) for x in links]
    assert rows == ([] if expected is None else [expected])
    if expected and expected[2]:
        strength = link_strength(LinkKind.former_employer, TODAY, until_on=date.fromisoformat(expected[2]))
        assert links[0].strength == pytest.approx(strength)


def test_last_links_are_open_people_at_the_goal_its_partners_and_sources(anna, people):
    goal, partner, source = organization("Goal"), organization("Partner"), post("Consulate")
    contact, partner_contact, reporter = person("Named"), person("Partner person"), person("Reporter")
    for place in (goal, partner, organization("Elsewhere")):
        for one in (person(f"At {place.name}"), archived(person("Former")), hide(person("Hidden"))):
            affiliation(one, place)
        affiliation(person(f"Left {place.name}"), place, to_on=TODAY - timedelta(days=1))
        affiliation(person(f"Leaves {place.name}"), place, to_on=TODAY)
    role = post_role(source)
    for one in (person("Officer"), archived(person("Former")), hide(person("Hidden"))):
        holder(role, one)
    holder(role, person("Left post"), to_on=TODAY)
    holder(role, person("Leaves post"), to_on=TODAY + timedelta(days=1))
    heard_on = date(2026, 2, 1)
    sources = (
        LeadSource(source.id, "organization", goal.id, heard_on),
        LeadSource(reporter.id, "person", goal.id, None),
    )
    goal_of_three = Goal(
        (), (goal.id,), {contact.id: goal.id}, {partner.id: goal.id}, {partner_contact.id: goal.id}, sources
    )
    links = load_end_links(anna, goal_of_three, TODAY)
    names = {row.id: row.label for row in db.session.query(type(contact))}
    assert {x.target.id for x in links} == {goal.id}
    assert {names[x.source.id]: x.kind for x in links} == {
        "Named": LinkKind.works_at,
        "At Goal": LinkKind.works_at,
        "Leaves Goal": LinkKind.works_at,
        "Left Goal": LinkKind.worked_at,
        "At Partner": LinkKind.same_project,
        "Leaves Partner": LinkKind.same_project,
        "Partner person": LinkKind.same_project,
        "Officer": LinkKind.source,
        "Leaves post": LinkKind.source,
        "Reporter": LinkKind.source,
    }
    facts = {names[x.source.id]: (x.until_on, x.organization_id, x.last_on) for x in links}
    assert facts["Left Goal"] == (TODAY - timedelta(days=1), None, None)
    assert facts["Leaves Goal"] == (None, None, None)
    assert facts["At Partner"] == (None, partner.id, None)
    assert facts["Officer"] == (None, source.id, heard_on)


def test_relations_are_those_of_open_people_in_both_directions_and_of_own_teams(anna, actor, peers):
    near, open_one, former, hidden = peers
    other, of_bay, of_inland = person("Other"), person("Of Bay"), person("Of Inland")
    relation(near, open_one, RelationKind.reports_to, evidence="Card", since_on=date(2024, 1, 1))
    relation(other, near, RelationKind.schoolmate)
    relation(near, of_bay, team="Bay")
    relation(near, of_inland, team="Inland")
    relation(other, of_bay)
    for row in (former, hidden):
        relation(near, row)
        relation(row, near)
    links = load_relation_links(anna, [near.id], TODAY)
    ends = {tuple(sorted((x.source.id, x.target.id))): x.kind for x in links}
    assert ends == {
        (near.id, open_one.id): LinkKind.reporting,
        (near.id, other.id): LinkKind.schoolmate,
        (near.id, of_inland.id): LinkKind.introduced,
    }
    link = next(x for x in links if x.kind is LinkKind.reporting)
    assert (link.text, link.from_on, link.strength) == ("Card", date(2024, 1, 1), LinkKind.reporting.base)
    assert link.relation == (str(RelationKind.reports_to.label), str(RelationKind.reports_to.inverse_label))
    assert len(load_relation_links(actor("nora"), [near.id], TODAY)) == 4
    assert load_relation_links(anna, [], TODAY) == []


def test_reps_are_active_open_and_of_the_clients(anna, people):
    client, other = client_of("Inland", "Client", counselor=people["anna"]), client_of("Inland", "Other")
    active = person("Active")
    representation(client, active, from_on=date(2025, 1, 1))
    representation(client, person("Ended"), status=RepresentationStatus.ended)
    representation(client, archived(person("Former")))
    representation(client, hide(person("Hidden")))
    archived(representation(client, person("Archived")))
    representation(other, person("Of another client"))
    (link,) = load_rep_links(anna, [client.id], TODAY)
    assert (link.source.id, link.target.id, link.organization_id) == (anna.id, active.id, client.id)
    assert (link.kind, link.from_on) == (LinkKind.represents, date(2025, 1, 1))
    assert load_rep_links(anna, [], TODAY) == []


def test_meetings_of_staff_are_counted_for_each_colleague_with_how_they_went(anna, actor, peers, meet):
    near, other, *_ = peers
    meet("shen", near, day=1)
    meet("shen", near, day=2, reached=InteractionOutcome.no_answer)
    meet("shen", near, day=3, reached=InteractionOutcome.message_left)
    meet("anna", near, day=4)
    meet("shen", other, day=5)
    for values in ({"type": InteractionType.note}, {"type": InteractionType.lead}, {"state": "planned"}):
        meet("shen", near, day=6, **values)
    archived(meet("shen", near, day=7))
    links = load_staff_links(anna, [near.id], TODAY)
    of_staff = {x.source.id: x for x in links if x.kind is LinkKind.met}
    assert {i: (x.count, x.last_on) for i, x in of_staff.items()} == {
        actor("shen").id: (3, date(2026, 3, 3)),
        anna.id: (1, date(2026, 3, 4)),
    }
    meetings = Meetings(3, 2 / 3, 1 / 3, date(2026, 3, 3))
    assert of_staff[actor("shen").id].strength == pytest.approx(link_strength(LinkKind.met, TODAY, meetings=meetings))
    colleagues = [(x.source.id, x.target.id) for x in links if x.kind is LinkKind.colleague]
    assert colleagues == [(anna.id, actor("shen").id)]
    own = load_staff_links(anna, [near.id], TODAY, own_only=True)
    assert [(x.source.id, x.count) for x in own] == [(anna.id, 1)]
    assert load_staff_links(anna, [], TODAY) == []


def test_people_met_together_attended_and_were_not_only_copied(anna, peers, meet):
    near, open_one, former, _hidden = peers
    copied = person("Copied")
    meet("anna", near, open_one, day=1)
    meet("anna", near, former, day=2)
    meet("anna", near, open_one, day=3)
    row = meet("anna", near, copied, day=5)
    party = db.session.query(InteractionParty).filter_by(interaction_id=row.id, person_id=copied.id).one()
    party.role = InteractionRole.copied
    meet("anna", open_one, person("Not near"), day=4)
    (link,) = load_met_together(anna, [near.id], TODAY)
    assert (link.source.id, link.target.id, link.count, link.last_on) == (near.id, open_one.id, 2, date(2026, 3, 3))
    assert load_met_together(anna, [copied.id], TODAY) == []
    assert load_met_together(anna, [], TODAY) == []


def test_colleague_surely_sees_shared_records_and_open_ones_of_own_teams(anna, actor, suzhou, wang, meet):
    meet("dora", wang)
    (introduction,) = find_introductions(anna, load_goal(anna, suzhou))
    dora_id = actor("dora").id
    records = (suzhou, client_of("Inland"), client_of("Bay"), make_confidential(client_of("Inland")))
    assert [introduction.may_see(dora_id, record) for record in records] == [True, True, False, False]
    assert find_introductions(anna, Goal((), ())) == []
