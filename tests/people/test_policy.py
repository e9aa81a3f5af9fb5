"""The lists of people and of their relations."""

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


def test_relation_is_read_from_both_ends():
    assert {kind.value: (str(kind.label), str(kind.inverse_label), kind.is_mutual) for kind in RelationKind} == {
        "introduced_by": ("Introduced by", "Introduced", False),
        "assistant_of": ("Assistant to", "Assisted by", False),
        "reports_to": ("Reports to", "Manages", False),
        "relative": ("Relative of", "Relative of", True),
        "former_colleague": ("Former colleague of", "Former colleague of", True),
        "schoolmate": ("Schoolmate of", "Schoolmate of", True),
    }


def test_staff_of_state_owned_firms_count_as_officials():
    assert {kind.value: kind.counts_as_official for kind in OfficialKind} == {
        "none": False,
        "official": True,
        "state_owned": True,
    }


def test_codes():
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
    ("firms", "team"),
    [
        ([], 9),
        ([Employer(3)], 3),
        ([Employer(3), Employer(2)], 2),
        ([Employer(3), Employer(None)], None),
        ([Employer(None)], None),
    ],
)
def test_person_is_shared_once_with_a_shared_firm(firms, team):
    assert team_of_person(firms, first_team_id=9) == team


def test_conflict_is_told_to_the_counselor_and_to_managers():
    rep = SimpleNamespace(team_id=1, counselor_id=1, confidential=False, reader_ids=())
    mine, other = frozenset({1}), frozenset({2})
    actors = {
        "counselor": Actor(1, team_ids=mine),
        "colleague": Actor(2, team_ids=mine),
        "manager": Actor(3, role=Role.manager, team_ids=mine),
        "manager elsewhere": Actor(4, role=Role.manager, team_ids=other),
        "network": Actor(5, role=Role.network_manager),
        "shell": SYSTEM,
        "counselor who left the team": Actor(1, team_ids=other),
    }
    assert [name for name, actor in actors.items() if may_see_conflict(actor, rep)] == [
        "counselor",
        "manager",
        "shell",
    ]
