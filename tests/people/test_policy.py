"""Closed lists of people, team of a person, and who may see a conflict."""

from types import SimpleNamespace

import pytest

from crm.core.policy import SYSTEM, Actor, Role
from crm.people.policy import (
    ConsentKind,
    DisplayOrder,
    Employer,
    Exclusivity,
    OfficialKind,
    RelationKind,
    RepresentationKind,
    may_see_conflict,
    team_of_person,
)


def test_relation_kinds_have_labels_in_both_directions():
    assert {kind.value: (str(kind.label), str(kind.inverse_label), kind.is_mutual) for kind in RelationKind} == {
        "introduced_by": ("Introduced by", "Introduced", False),
        "assistant_of": ("Assistant to", "Assisted by", False),
        "reports_to": ("Reports to", "Manages", False),
        "relative": ("Relative of", "Relative of", True),
        "former_colleague": ("Former colleague of", "Former colleague of", True),
        "schoolmate": ("Schoolmate of", "Schoolmate of", True),
    }


def test_staff_of_state_owned_enterprises_count_as_officials():
    assert {kind.value: kind.counts_as_official for kind in OfficialKind} == {
        "none": False,
        "official": True,
        "state_owned": True,
    }


def test_codes_are_stable():
    assert [w.value for w in DisplayOrder] == ["family_first", "given_first"]
    assert next(iter(ConsentKind)).label == "Business card received"
    assert [w.value for w in RepresentationKind] == [
        "employee",
        "owner_relative",
        "distributor",
        "agent",
        "firm",
        "own_office",
    ]
    assert [w.value for w in Exclusivity] == ["yes", "no", "unknown"]


@pytest.mark.parametrize(
    ("employers", "team"),
    [
        ([], 9),
        ([Employer(3)], 3),
        ([Employer(3), Employer(2)], 2),
        ([Employer(3), Employer(None)], None),
        ([Employer(None)], None),
    ],
)
def test_person_with_a_shared_employer_is_shared(employers, team):
    assert team_of_person(employers, first_team_id=9) == team


def test_only_counselor_and_managers_may_see_a_conflict():
    rep = SimpleNamespace(team_id=1, counselor_id=1, confidential=False, reader_ids=(), without_managers=False)
    own_team, other_team = frozenset({1}), frozenset({2})
    actors = {
        "counselor": Actor(1, team_ids=own_team),
        "colleague": Actor(2, team_ids=own_team),
        "manager": Actor(3, role=Role.manager, team_ids=own_team),
        "manager elsewhere": Actor(4, role=Role.manager, team_ids=other_team),
        "network": Actor(5, role=Role.network_manager),
        "shell": SYSTEM,
        "counselor who left the team": Actor(1, team_ids=other_team),
    }
    assert [name for name, actor in actors.items() if may_see_conflict(actor, rep)] == [
        "counselor",
        "manager",
        "shell",
    ]
