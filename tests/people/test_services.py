"""People and what follows them: teams, names for search, jobs, relations, posts held, China reps."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.errors import Invalid
from crm.core.search.search import search
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

TODAY = date(2026, 3, 10)


def found(actor, text):
    return [row.label for row in search(actor, text, typos=False)]


@pytest.mark.parametrize(
    ("firms", "team"),
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
def test_team_follows_from_the_firms(session, people, actor, firms, team):
    made = add_person(actor("anna"), {"family_latin": "Li"})
    for name in firms:
        affiliation(made, client_of(name) if name else organization())
    assert made.team_id == (team_id_of(team) if team else None)


def test_past_job_at_a_shared_firm_keeps_the_person_shared(session, people, actor):
    made = person("Li", at=organization())
    job = load_affiliations(actor("anna"), [made.id])[made.id][0]
    affiliation(made, client_of("Inland"))
    from crm.people.models import Affiliation

    change_affiliation(actor("anna"), made, session.get(Affiliation, job.id), {"to_on": TODAY})
    assert made.team_id is None


def test_name_of_any_script_is_enough(session, people, actor):
    made = add_person(actor("anna"), {"family_native": "周", "given_native": "立民"})
    assert (made.label, made.native_label, made.display_order) == ("周立民", "", DisplayOrder.family_first)
    with pytest.raises(Invalid) as refused:
        change_person(actor("anna"), made, {"family_native": None, "given_native": None})
    assert refused.value.field == "given_latin"


def test_counselor_is_handed_over_by_its_own_only(session, people, actor):
    made = person("Li", team="Inland", counselor=people["anna"])
    with pytest.raises(Invalid, match="Only its counselor"):
        change_person(actor("dora"), made, {"counselor_id": people["dora"].id})
    with pytest.raises(Invalid, match="team"):
        change_person(actor("anna"), made, {"counselor_id": people["boris"].id})
    change_person(actor("clara"), made, {"counselor_id": people["dora"].id})
    assert made.counselor_id == people["dora"].id


def test_main_job_is_one_and_proposes_how_to_address(session, people, actor):
    made = person(family_native="王", given_native="建国")
    affiliation(made, organization("Old"), title="Engineer")
    add_affiliation(actor("anna"), made, {"organization_id": organization("New").id, "native_title": "主任"})
    jobs = load_affiliations(actor("anna"), [made.id])[made.id]
    assert [(j.organization, j.main) for j in jobs] == [("New", True), ("Old", False)]
    assert made.address_as == "王主任"
    with pytest.raises(Invalid) as refused:
        affiliation(made, organization(), from_on=date(2026, 2, 1), to_on=date(2026, 1, 1))
    assert refused.value.field == "to_on"


def test_past_job_takes_nothing_from_todays_and_the_next_follows_the_main_one(session, people, actor, clock):
    anna, made, now, board = actor("anna"), person("Wang"), organization("Now"), organization("Board")
    job = affiliation(made, now)
    affiliation(made, organization("Before"), from_on=date(2016, 5, 1), to_on=date(2022, 2, 28))
    affiliation(made, board, main=False)

    def main_today():
        return [j.organization for j in load_affiliations(anna, [made.id])[made.id] if j.main and not j.to_on]

    assert main_today() == ["Now"]
    change_affiliation(anna, made, job, {"main": False})
    assert main_today() == ["Board"]
    change_affiliation(anna, made, job, {"main": True})
    change_affiliation(anna, made, job, {"to_on": TODAY})
    assert main_today() == ["Board"]


def test_job_that_still_runs_has_no_end(session, people, clock):
    with pytest.raises(Invalid) as refused:
        affiliation(person("Wang"), organization(), to_on=date(2026, 3, 12))
    assert refused.value.field == "to_on"


def test_secret_firm_leaves_no_trace_at_its_people(session, people, actor):
    secret = client_of("Inland", "Zephyr Optics", counselor=people["anna"])
    made = person("Li", "Wei", at=secret)
    affiliation(made, organization("Open House"))
    other = person("Zhou", "Limin", at=secret)
    dora, anna = actor("dora"), actor("anna")
    assert found(dora, "Zephyr") == ["Zephyr Optics", "Limin Zhou"]
    set_confidentiality(secret, confidential=True, readers=[])
    assert found(dora, "Zephyr") == []
    assert found(anna, "Zephyr") == ["Zephyr Optics"]
    assert [j.organization for j in load_affiliations(dora, [made.id])[made.id]] == ["Open House"]
    assert {c.id for c in list_organization_members(anna, secret.id)} == {made.id, other.id}
    set_confidentiality(secret, confidential=False, readers=[])
    assert found(dora, "Zephyr") == ["Zephyr Optics", "Limin Zhou"]


def test_people_and_reps_follow_a_firm_to_its_new_name_and_team(session, people, actor):
    firm = client_of("Inland", "Tri-Valley", counselor=people["shen"])
    worker, sensor = person("Li", "Wei", at=firm), product(firm, "Sensor")
    rep = representation(firm, person("Zhou", "Limin", at=organization()))
    change_organization(actor("shen"), firm, {"name": "Coastal", "team_id": team_id_of("Bay")})
    bay = team_id_of("Bay")
    assert [r.team_id for r in (firm, worker, sensor, rep)] == [bay] * 4
    assert rep.label == "Limin Zhou for Coastal"
    assert set(found(actor("boris"), "Coastal")) == {"Coastal", "Wei Li", "Sensor", "Limin Zhou for Coastal"}
    assert found(actor("anna"), "Coastal") == []


def test_what_hangs_on_a_secret_client_is_secret(session, people, actor):
    organization = client_of("Inland", "Zephyr", counselor=people["anna"])
    sensor, rep = product(organization, "Sensor"), representation(organization, counselor=people["dora"])
    set_confidentiality(organization, confidential=True, readers=[people["boris"].id])
    later = product(organization, "Valve")
    for hung in (sensor, rep, later):
        assert (hung.confidential, hung.counselor_id) == (True, people["anna"].id)
        assert hung.reader_ids == {people["boris"].id}
    change_counselor(organization, people["clara"].id)
    assert sensor.counselor_id == people["clara"].id
    assert found(actor("dora"), "Zephyr") == found(actor("dora"), "Sensor") == []


def test_secret_person_is_not_named_by_the_rep(session, people, actor):
    who = person("Zhou", "Limin", team="Inland", counselor=people["anna"])
    rep = representation(client_of("Inland", "Tri-Valley", counselor=people["dora"]), who)
    set_confidentiality(who, confidential=True, readers=[])
    assert rep.label == "Somebody for Tri-Valley"
    [row] = list_representations(actor("dora"), rep.client_id)
    assert (row.person_id, row.person) == (None, None)
    [row] = list_representations(actor("anna"), rep.client_id)
    assert row.person == "Limin Zhou"
    assert found(actor("dora"), "Limin") == []


def test_relation_is_read_from_both_sides_and_schoolmates_stay_in_the_team(session, people, actor):
    one, other, third = (person(name, team=None) for name in ("One", "Other", "Third"))
    anna = actor("anna")
    add_relation(anna, one, other, {"kind": RelationKind.assistant_of, "evidence": "Said so"})
    add_relation(anna, one, third, {"kind": RelationKind.schoolmate})
    known = [(k.label, k.relation_label) for k in list_relations(anna, one.id)]
    assert known == [("Other", "Assistant to"), ("Third", "Schoolmate of")]
    assert [(k.label, k.relation_label) for k in list_relations(anna, other.id)] == [("One", "Assisted by")]
    assert [k.label for k in list_relations(actor("boris"), one.id)] == ["Other"]
    for wrong in (one, other):
        with pytest.raises(Invalid):
            add_relation(anna, one, wrong, {"kind": RelationKind.assistant_of})
    with pytest.raises(Invalid, match="one team only"):
        add_relation(actor("nora"), other, third, {"kind": RelationKind.schoolmate})


def test_relation_to_somebody_unknown_is_not_told(session, people, actor):
    shared = person("Shared", team=None)
    relation(shared, person("Secret", team="Inland", counselor=people["anna"], confidential=True))
    relation(person("Foreign", team="Bay"), shared)
    assert list_relations(actor("dora"), shared.id) == []


@pytest.mark.parametrize(("begins", "ended"), [(date(2026, 2, 1), date(2026, 2, 1)), (None, TODAY)])
def test_who_comes_ends_who_was_there(session, people, actor, begins, ended):
    consulate = post()
    role, old, new = post_role(consulate), person("Old", team=None), person("New", team=None)
    holder(role, old, from_on=date(2023, 1, 1))
    add_post_holder(role.id, new, {"from_on": begins}, TODAY)
    assert [(h.label, h.to_on) for h in list_post_holders(actor("anna"), consulate.id)] == [
        ("New", None),
        ("Old", ended),
    ]


def test_holder_of_the_past_ends_nobody_and_times_must_fit(session, people):
    role, who = post_role(post()), person(team=None)
    now = holder(role, person(team=None), from_on=date(2025, 1, 1))
    add_post_holder(role.id, who, {"from_on": date(2020, 1, 1), "to_on": date(2022, 1, 1)}, TODAY)
    assert now.to_on is None
    for wrong in ({"from_on": date(2026, 1, 2), "to_on": date(2026, 1, 1)}, {"from_on": date(2024, 1, 1)}):
        with pytest.raises(Invalid):
            add_post_holder(role.id, who, wrong, TODAY)
    session.flush()
    assert session.get(PostHolder, now.id).to_on is None


def test_rep_needs_somebody_and_a_beginning_before_its_end(session, people, actor):
    organization = client_of("Inland")
    for wrong in ({}, {"person_id": person().id, "from_on": date(2026, 2, 1), "to_on": date(2026, 1, 1)}):
        with pytest.raises(Invalid):
            save_representation(actor("anna"), {"client_id": organization.id, **wrong})
