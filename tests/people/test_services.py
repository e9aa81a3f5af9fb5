"""People, their teams, search names, positions, relations, roles at posts, and China reps."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crm.core.errors import Invalid
from crm.organizations.services import change_organization
from crm.people.models import PostHolder
from crm.people.policy import DisplayOrder, RelationKind
from crm.people.queries import (
    list_organization_members,
    list_post_holders,
    list_relations,
    list_representations,
    load_affiliations,
)
from crm.people.services import (
    add_affiliation,
    add_person,
    add_post_holder,
    add_relation,
    change_affiliation,
    change_person,
    save_representation,
)
from crm.records.services import change_counselor, set_confidentiality
from tests.factories import (
    affiliation,
    client_of,
    holder,
    organization,
    person,
    post,
    post_role,
    product,
    relation,
    representation,
    team_id_of,
)
from tests.people.lookups import search_labels

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("team_names", "team"),
    [
        ((), "Inland"),
        (("Inland",), "Inland"),
        (("Bay",), "Bay"),
        ((None,), None),
        (("Bay", None), None),
        (("Bay", "Inland"), "Bay"),
        (("Valley", "Bay"), "Valley"),
    ],
)
def test_team_of_a_person_follows_from_the_employers(session, people, actor, team_names, team):
    li = add_person(actor("anna"), {"family_latin": "Li"})
    for name in team_names:
        affiliation(li, client_of(name) if name else organization())
    assert li.team_id == (team_id_of(team) if team else None)


def test_past_position_at_a_shared_organization_keeps_the_person_shared(session, people, actor):
    li = person("Li", organization=organization())
    past_affiliation = load_affiliations(actor("anna"), [li.id])[li.id][0]
    affiliation(li, client_of("Inland"))
    from crm.people.models import Affiliation

    change_affiliation(actor("anna"), li, session.get(Affiliation, past_affiliation.id), {"to_on": TODAY})
    assert li.team_id is None


def test_name_in_one_script_is_enough(session, people, actor):
    zhou = add_person(actor("anna"), {"family_native": "周", "given_native": "立民"})
    assert (zhou.label, zhou.native_label, zhou.display_order) == ("周立民", "", DisplayOrder.family_first)
    with pytest.raises(Invalid) as refused:
        change_person(actor("anna"), zhou, {"family_native": None, "given_native": None})
    assert refused.value.field == "given_latin"


def test_only_counselor_and_managers_can_reassign_a_person(session, people, actor):
    li = person("Li", team="Inland", counselor=people["anna"])
    with pytest.raises(Invalid, match="Only the counselor or a manager can reassign this"):
        change_person(actor("dora"), li, {"counselor_id": people["dora"].id})
    with pytest.raises(Invalid, match="team"):
        change_person(actor("anna"), li, {"counselor_id": people["boris"].id})
    change_person(actor("clara"), li, {"counselor_id": people["dora"].id})
    assert li.counselor_id == people["dora"].id


def test_new_primary_position_replaces_the_former_and_proposes_an_address(session, people, actor):
    wang = person(family_native="王", given_native="建国")
    affiliation(wang, organization("Old"), title="Engineer")
    add_affiliation(actor("anna"), wang, {"organization_id": organization("New").id, "native_title": "主任"})
    affiliations = load_affiliations(actor("anna"), [wang.id])[wang.id]
    assert [(j.organization, j.main) for j in affiliations] == [("New", True), ("Old", False)]
    assert wang.address_as == "王主任"
    with pytest.raises(Invalid) as refused:
        affiliation(wang, organization(), from_on=date(2026, 2, 1), to_on=date(2026, 1, 1))
    assert refused.value.field == "to_on"


def test_one_current_position_is_always_primary(session, people, actor, clock):
    anna, wang, now, board = actor("anna"), person("Wang"), organization("Now"), organization("Board")
    position = affiliation(wang, now)
    affiliation(wang, organization("Before"), from_on=date(2016, 5, 1), to_on=date(2022, 2, 28))
    affiliation(wang, board, main=False)

    def list_primary():
        return [j.organization for j in load_affiliations(anna, [wang.id])[wang.id] if j.main and not j.to_on]

    assert list_primary() == ["Now"]
    change_affiliation(anna, wang, position, {"main": False})
    assert list_primary() == ["Board"]
    change_affiliation(anna, wang, position, {"main": True})
    change_affiliation(anna, wang, position, {"to_on": TODAY})
    assert list_primary() == ["Board"]


def test_position_cannot_end_in_the_future(session, people, clock):
    with pytest.raises(Invalid) as refused:
        affiliation(person("Wang"), organization(), to_on=date(2026, 3, 12))
    assert refused.value.field == "to_on"


def test_confidential_client_is_not_shown_with_its_people(session, people, actor):
    secret = client_of("Inland", "Zephyr Optics", counselor=people["anna"])
    li = person("Li", "Wei", organization=secret)
    affiliation(li, organization("Open House"))
    other = person("Zhou", "Limin", organization=secret)
    dora, anna = actor("dora"), actor("anna")
    assert search_labels(dora, "Zephyr") == ["Zephyr Optics", "Limin Zhou"]
    set_confidentiality(secret, confidential=True, readers=[])
    assert search_labels(dora, "Zephyr") == []
    assert search_labels(anna, "Zephyr") == ["Zephyr Optics"]
    assert [j.organization for j in load_affiliations(dora, [li.id])[li.id]] == ["Open House"]
    assert {c.id for c in list_organization_members(anna, secret.id)} == {li.id, other.id}
    set_confidentiality(secret, confidential=False, readers=[])
    assert search_labels(dora, "Zephyr") == ["Zephyr Optics", "Limin Zhou"]


def test_people_products_and_reps_follow_the_name_and_team_of_a_client(session, people, actor):
    employer = client_of("Inland", "Tri-Valley", counselor=people["shen"])
    worker, sensor = person("Li", "Wei", organization=employer), product(employer, "Sensor")
    rep = representation(employer, person("Zhou", "Limin", organization=organization()))
    change_organization(actor("shen"), employer, {"name": "Coastal", "team_id": team_id_of("Bay")})
    bay = team_id_of("Bay")
    assert [r.team_id for r in (employer, worker, sensor, rep)] == [bay] * 4
    assert rep.label == "Limin Zhou for Coastal"
    assert set(search_labels(actor("boris"), "Coastal")) == {"Coastal", "Wei Li", "Sensor", "Limin Zhou for Coastal"}
    assert search_labels(actor("anna"), "Coastal") == []


def test_products_and_reps_of_a_confidential_client_are_confidential(session, people, actor):
    organization = client_of("Inland", "Zephyr", counselor=people["anna"])
    sensor, rep = product(organization, "Sensor"), representation(organization, counselor=people["dora"])
    set_confidentiality(organization, confidential=True, readers=[people["boris"].id])
    later = product(organization, "Valve")
    for hung in (sensor, rep, later):
        assert (hung.confidential, hung.counselor_id) == (True, people["anna"].id)
        assert hung.reader_ids == {people["boris"].id}
    change_counselor(organization, people["clara"].id)
    assert sensor.counselor_id == people["clara"].id
    assert search_labels(actor("dora"), "Zephyr") == search_labels(actor("dora"), "Sensor") == []


def test_confidential_person_is_not_named_by_the_rep(session, people, actor):
    zhou = person("Zhou", "Limin", team="Inland", counselor=people["anna"])
    rep = representation(client_of("Inland", "Tri-Valley", counselor=people["dora"]), zhou)
    set_confidentiality(zhou, confidential=True, readers=[])
    assert rep.label == "China rep for Tri-Valley"
    [row] = list_representations(actor("dora"), rep.client_id)
    assert (row.person_id, row.person) == (None, None)
    [row] = list_representations(actor("anna"), rep.client_id)
    assert row.person == "Limin Zhou"
    assert search_labels(actor("dora"), "Limin") == []


def test_relation_is_read_from_both_people_and_schoolmates_only_by_their_team(session, people, actor):
    one, other, third = (person(name, team=None) for name in ("One", "Other", "Third"))
    anna = actor("anna")
    add_relation(anna, one, other, {"kind": RelationKind.assistant_of, "evidence": "Told us"})
    add_relation(anna, one, third, {"kind": RelationKind.schoolmate})
    relations = [(k.label, k.relation_label) for k in list_relations(anna, one.id)]
    assert relations == [("Other", "Assistant to"), ("Third", "Schoolmate of")]
    assert [(k.label, k.relation_label) for k in list_relations(anna, other.id)] == [("One", "Assisted by")]
    assert [k.label for k in list_relations(actor("boris"), one.id)] == ["Other"]
    for wrong in (one, other):
        with pytest.raises(Invalid):
            add_relation(anna, one, wrong, {"kind": RelationKind.assistant_of})
    with pytest.raises(Invalid, match="add you to a team"):
        add_relation(actor("nora"), other, third, {"kind": RelationKind.schoolmate})


def test_relation_to_a_hidden_person_is_not_listed(session, people, actor):
    shared = person("Shared", team=None)
    relation(shared, person("Secret", team="Inland", counselor=people["anna"], confidential=True))
    relation(person("Foreign", team="Bay"), shared)
    assert list_relations(actor("dora"), shared.id) == []


@pytest.mark.parametrize(("begins", "ended"), [(date(2026, 2, 1), date(2026, 2, 1)), (None, TODAY)])
def test_new_holder_ends_the_term_of_the_current_one(session, people, actor, begins, ended):
    consulate = post()
    role, old, new = post_role(consulate), person("Old", team=None), person("New", team=None)
    holder(role, old, from_on=date(2023, 1, 1))
    add_post_holder(actor("anna"), role.id, new, {"from_on": begins}, TODAY)
    assert [(h.label, h.to_on) for h in list_post_holders(actor("anna"), consulate.id)] == [
        ("New", None),
        ("Old", ended),
    ]


def test_new_holder_whose_end_is_known_ends_a_term_that_was_to_end_later(session, people, actor):
    role, old, new = post_role(post()), person("Old", team=None), person("New", team=None)
    current = holder(role, old, from_on=date(2023, 1, 1), to_on=TODAY + timedelta(days=30))
    add_post_holder(actor("anna"), role.id, new, {"from_on": TODAY, "to_on": TODAY + timedelta(days=60)}, TODAY)
    assert current.to_on == TODAY


def test_past_holder_ends_no_current_term_and_dates_must_be_in_order(session, people, actor):
    role, past_holder = post_role(post()), person(team=None)
    now = holder(role, person(team=None), from_on=date(2025, 1, 1))
    add_post_holder(
        actor("anna"), role.id, past_holder, {"from_on": date(2020, 1, 1), "to_on": date(2022, 1, 1)}, TODAY
    )
    assert now.to_on is None
    for wrong in ({"from_on": date(2026, 1, 2), "to_on": date(2026, 1, 1)}, {"from_on": date(2024, 1, 1)}):
        with pytest.raises(Invalid):
            add_post_holder(actor("anna"), role.id, past_holder, wrong, TODAY)
    session.flush()
    assert session.get(PostHolder, now.id).to_on is None


def test_rep_requires_a_party_and_dates_in_order(session, people, actor):
    organization = client_of("Inland")
    for wrong in ({}, {"person_id": person().id, "from_on": date(2026, 2, 1), "to_on": date(2026, 1, 1)}):
        with pytest.raises(Invalid):
            save_representation(actor("anna"), {"client_id": organization.id, **wrong})
