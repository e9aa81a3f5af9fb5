"""Changing a person, a position, a relation: what is updated, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.errors import Invalid
from crm.people.models import Affiliation
from crm.people.policy import RelationKind
from crm.people.queries import list_relations
from crm.people.services import (
    add_affiliation,
    add_person,
    change_affiliation,
    change_person,
    change_post_holder,
    remove_post_holder,
)
from tests.factories import client_of, holder, organization, person, post, post_role, relation, representation
from tests.people.lookups import search_labels

TODAY = date(2026, 3, 10)


def test_list_relations_of_one_person(session, people, actor):
    a, b, c = (person("Li", name) for name in ("Ann", "Ben", "Cao"))
    for first, second in ((a, b), (b, c)):
        relation(first, second, RelationKind.former_colleague)
    assert [row.label for row in list_relations(actor("anna"), a.id)] == [b.label]
    assert [row.label for row in list_relations(actor("anna"), b.id)] == [a.label, c.label]


def test_position_cannot_end_before_it_starts(session, people, actor, clock):
    li, employer = person("Li", "Wei"), organization("Huayue")
    with pytest.raises(Invalid) as refused:
        add_affiliation(
            actor("anna"), li, {"organization_id": employer.id, "from_on": TODAY, "to_on": date(2026, 3, 9)}
        )
    assert refused.value.field == "to_on"
    position = add_affiliation(actor("anna"), li, {"organization_id": employer.id, "from_on": TODAY, "to_on": TODAY})
    assert (position.from_on, position.to_on) == (TODAY, TODAY)


def test_counselor_of_a_new_person_must_have_access(session, people, actor):
    boris = people["boris"].id
    with pytest.raises(Invalid, match="record's team") as refused:
        add_person(actor("anna"), {"given_latin": "Rosa", "counselor_id": boris})
    assert refused.value.field == "counselor_id"
    shared = {"given_latin": "Wang", "organization_id": organization("Huayue").id, "counselor_id": boris}
    assert add_person(actor("anna"), shared).counselor_id == boris


def test_person_is_found_by_the_current_name(session, people, actor):
    anna, zhou = actor("anna"), person("Zhou", "Limin", family_native="周", given_native="立民")
    change_person(anna, zhou, {"family_latin": "Chow", "native_address": "宁波"})
    assert (zhou.label, zhou.native_label) == ("Chow Limin", "周立民")
    assert (search_labels(anna, "chow"), search_labels(anna, "zhou")) == (["Chow Limin"], ["Chow Limin"])
    change_person(anna, zhou, {"family_native": None, "given_native": None})
    assert (search_labels(anna, "chow"), search_labels(anna, "zhou")) == (["Chow Limin"], [])


def test_change_of_a_post_holder_changes_the_version_of_the_person(session, people, actor):
    officer, role = person("Li", "Wei"), post_role(post())
    post_holder = holder(role, officer, from_on=date(2025, 1, 1))
    session.flush()
    versions = [officer.version]
    change_post_holder(officer, post_holder, {"from_on": date(2025, 1, 1), "to_on": TODAY})
    versions.append(officer.version)
    with pytest.raises(Invalid) as refused:
        change_post_holder(officer, post_holder, {"from_on": TODAY, "to_on": date(2025, 1, 1)})
    assert refused.value.field == "to_on"
    remove_post_holder(officer, post_holder)
    versions.append(officer.version)
    assert versions == [versions[0], versions[0] + 1, versions[0] + 2]


def test_new_name_of_a_person_renames_the_rep_and_changes_the_version(session, people, actor):
    zhou = person("Zhou", "Limin")
    rep = representation(client_of("Inland", "Tri-Valley"), zhou)
    version = zhou.version
    change_person(actor("anna"), zhou, {"family_latin": "Chow"})
    assert (rep.label, zhou.version > version) == (f"{zhou.label} for Tri-Valley", True)
    version = zhou.version
    change_person(actor("anna"), zhou, {})
    session.flush()
    assert zhou.version > version


def test_shared_person_does_not_disappear_for_the_other_teams(session, people, actor):
    shared, client = organization("Shared"), client_of("Inland", counselor=people["anna"])
    row = person("Zhou", "Limin", organization=shared)
    (position,) = session.query(Affiliation).filter_by(person_id=row.id)
    assert row.team_id is None
    attempt = session.begin_nested()
    with pytest.raises(Invalid, match="Other teams would lose access to this person"):
        change_affiliation(actor("dora"), row, position, {"organization_id": client.id})
    attempt.rollback()
    change_affiliation(actor("dora"), row, position, {"title": "Director"})
    assert (row.team_id, position.title) == (None, "Director")
    change_affiliation(actor("clara"), row, position, {"organization_id": client.id})
    assert row.team_id == client.team_id
    change_affiliation(actor("dora"), row, position, {"organization_id": client_of("Inland").id})
    assert row.team_id == client.team_id
