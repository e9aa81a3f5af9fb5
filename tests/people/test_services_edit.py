"""Changing a person, a position, a relation: what follows, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.errors import Invalid
from crm.core.search.search import search
from crm.people.policy import RelationKind
from crm.people.queries import list_relations
from crm.people.services import add_affiliation, add_person, change_person, change_post_holder, remove_post_holder
from tests.factories import client_of, holder, organization, person, post, post_role, relation, representation

TODAY = date(2026, 3, 10)


def found(actor, text):
    return [row.label for row in search(actor, text, typos=False)]


def test_relations_of_a_person_are_theirs_alone(session, people, actor):
    a, b, c = (person("Li", name) for name in ("Ann", "Ben", "Cao"))
    for first, second in ((a, b), (b, c)):
        relation(first, second, RelationKind.former_colleague)
    assert [row.label for row in list_relations(actor("anna"), a.id)] == [b.label]
    assert [row.label for row in list_relations(actor("anna"), b.id)] == [a.label, c.label]


def test_job_does_not_end_before_it_begins(session, people, actor, clock):
    who, firm = person("Li", "Wei"), organization("Huayue")
    with pytest.raises(Invalid) as refused:
        add_affiliation(actor("anna"), who, {"organization_id": firm.id, "from_on": TODAY, "to_on": date(2026, 3, 9)})
    assert refused.value.field == "to_on"
    job = add_affiliation(actor("anna"), who, {"organization_id": firm.id, "from_on": TODAY, "to_on": TODAY})
    assert (job.from_on, job.to_on) == (TODAY, TODAY)


def test_counselor_of_a_new_person_would_see_them(session, people, actor):
    boris = people["boris"].id
    with pytest.raises(Invalid, match="record's team") as refused:
        add_person(actor("anna"), {"given_latin": "Rosa", "counselor_id": boris})
    assert refused.value.field == "counselor_id"
    shared = {"given_latin": "Wang", "organization_id": organization("Huayue").id, "counselor_id": boris}
    assert add_person(actor("anna"), shared).counselor_id == boris


def test_person_is_called_and_found_by_the_name_they_have_now(session, people, actor):
    anna, who = actor("anna"), person("Zhou", "Limin", family_native="周", given_native="立民")
    change_person(anna, who, {"family_latin": "Chow", "native_address": "宁波"})
    assert (who.label, who.native_label) == ("Chow Limin", "周立民")
    assert (found(anna, "chow"), found(anna, "zhou")) == (["Chow Limin"], ["Chow Limin"])
    change_person(anna, who, {"family_native": None, "given_native": None})
    assert (found(anna, "chow"), found(anna, "zhou")) == (["Chow Limin"], [])


def test_a_role_held_is_a_change_of_the_person(session, people, actor):
    who, role = person("Li", "Wei"), post_role(post())
    held = holder(role, who, from_on=date(2025, 1, 1))
    session.flush()
    versions = [who.version]
    change_post_holder(who, held, {"from_on": date(2025, 1, 1), "to_on": TODAY})
    versions.append(who.version)
    with pytest.raises(Invalid) as refused:
        change_post_holder(who, held, {"from_on": TODAY, "to_on": date(2025, 1, 1)})
    assert refused.value.field == "to_on"
    remove_post_holder(who, held)
    versions.append(who.version)
    assert versions == [versions[0], versions[0] + 1, versions[0] + 2]


def test_china_rep_follows_the_name_of_its_person_and_the_person_counts_the_change(session, people, actor):
    zhou = person("Zhou", "Limin")
    rep = representation(client_of("Inland", "Tri-Valley"), zhou)
    version = zhou.version
    change_person(actor("anna"), zhou, {"family_latin": "Chow"})
    assert (rep.label, zhou.version > version) == (f"{zhou.label} for Tri-Valley", True)
    version = zhou.version
    change_person(actor("anna"), zhou, {})
    session.flush()
    assert zhou.version > version
