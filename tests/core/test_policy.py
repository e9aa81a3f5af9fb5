"""Rights by role: own, other, shared and confidential records, for every counselor and reader."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from crm.core.policy import (
    RULES,
    SYSTEM,
    Actor,
    Limit,
    Role,
    Rule,
    can,
    default_counselor_id,
    is_administrator,
    is_manager,
    is_own_team,
    is_signed_in,
    may_archive,
    may_change_counselor,
    may_edit,
    may_make_confidential,
    may_see,
)

ME, HER = 1, 2
MINE, OTHER = 7, 8


def actor(role: Role = Role.staff, **facts) -> Actor:
    teams = frozenset() if role is Role.network_manager else frozenset({MINE})
    return Actor(id=ME, role=role, team_ids=teams, **facts)


def record(team=MINE, counselor=HER, *, confidential=False, readers=(), without_managers=False):
    return SimpleNamespace(
        team_id=team,
        counselor_id=counselor,
        confidential=confidential,
        reader_ids=readers,
        without_managers=without_managers,
    )


RECORDS = {
    "shared": record(None),
    "shared, mine": record(None, ME),
    "team": record(),
    "team, mine": record(counselor=ME),
    "team, nobody's": record(counselor=None),
    "foreign": record(OTHER),
    "foreign, mine": record(OTHER, ME),
    "secret": record(confidential=True),
    "secret of two teams": record(confidential=True, without_managers=True),
    "secret, mine": record(counselor=ME, confidential=True),
    "secret, I read": record(confidential=True, readers=(ME,)),
    "foreign secret": record(OTHER, confidential=True),
    "foreign secret, mine": record(OTHER, ME, confidential=True),
    "foreign secret, I read": record(OTHER, confidential=True, readers=(ME,)),
}
CIRCLE = {"secret, mine", "secret, I read", "foreign secret, mine", "foreign secret, I read"}
OPEN = {"shared", "shared, mine", "team", "team, mine", "team, nobody's"}
FOREIGN = {"foreign", "foreign, mine"}
MY_TEAM = {"team", "team, mine", "team, nobody's", "secret", "secret, mine", "secret, I read"}
MINE_TO_SEE = {"shared, mine", "team, mine", "secret, mine", "foreign secret, mine"}
ALL = set(RECORDS)

# role -> records that can be viewed and edited, archived, reassigned, made confidential
ORACLE = {
    Role.staff: (
        OPEN | CIRCLE,
        (OPEN | CIRCLE) - {"shared", "shared, mine"},
        MINE_TO_SEE | {"team, nobody's"},
        MINE_TO_SEE,
    ),
    Role.manager: (OPEN | CIRCLE | MY_TEAM, OPEN | CIRCLE | MY_TEAM, OPEN | CIRCLE | MY_TEAM, MY_TEAM | MINE_TO_SEE),
    Role.network_manager: (
        OPEN | FOREIGN | CIRCLE,
        OPEN | FOREIGN | CIRCLE,
        OPEN | FOREIGN | CIRCLE,
        MINE_TO_SEE | {"foreign, mine"},
    ),
    Role.administrator: (OPEN | CIRCLE, OPEN | CIRCLE, OPEN | CIRCLE, MINE_TO_SEE),
}
RIGHTS = ((may_see, 0), (may_edit, 0), (may_archive, 1), (may_change_counselor, 2), (may_make_confidential, 3))


@pytest.mark.parametrize("role", list(Role), ids=str)
@pytest.mark.parametrize(("right", "column"), RIGHTS, ids=lambda x: getattr(x, "__name__", ""))
def test_rights_match_the_permission_table(role, right, column):
    assert {name for name, facts in RECORDS.items() if right(actor(role), facts)} == ORACLE[role][column]


@pytest.mark.parametrize("right", [may_see, may_edit, may_archive, may_change_counselor, may_make_confidential])
def test_shell_may_do_everything(right):
    assert {name for name, facts in RECORDS.items() if right(SYSTEM, facts)} == ALL


@pytest.mark.parametrize("right", [may_see, may_make_confidential])
def test_actor_without_id_is_not_the_counselor_of_an_unassigned_record(right):
    assert not right(Actor(id=None), record(counselor=None, confidential=True))


def test_manager_without_a_team_cannot_make_shared_records_confidential():
    assert not may_make_confidential(Actor(id=ME, role=Role.manager), record(None))


def test_own_team_is_a_team_of_the_actor():
    assert [is_own_team(actor(), RECORDS[name]) for name in ("team", "foreign", "shared")] == [True, False, False]
    assert is_own_team(actor(Role.network_manager), RECORDS["foreign"])


def test_roles_with_a_right_are_listed():
    allowed = {
        check: [role for role in Role if check(actor(role))] for check in (is_signed_in, is_manager, is_administrator)
    }
    assert allowed == {
        is_signed_in: list(Role),
        is_manager: [Role.manager, Role.network_manager],
        is_administrator: [Role.administrator],
    }
    assert is_manager(SYSTEM)
    assert is_administrator(SYSTEM)


def test_right_is_checked_in_general_and_on_a_record(monkeypatch):
    monkeypatch.setitem(RULES, "test:do", Rule(is_manager, may_see))
    assert not can(actor(), "test:do")
    assert can(actor(Role.manager), "test:do")
    assert can(actor(Role.manager), "test:do", RECORDS["team"])
    assert not can(actor(Role.manager), "test:do", RECORDS["foreign"])
    with pytest.raises(KeyError):
        can(SYSTEM, "test:unknown")


def test_actor_properties_follow_from_role_and_teams():
    assert [Actor(1, name).initials for name in ("Anna Maria Reyes", "Shen", "")] == ["AR", "S", "?"]
    assert Actor(1, limits=frozenset({Limit.china_desk})).hides_money
    assert not Actor(1).hides_money
    assert not Actor(1).is_manager


def test_network_manager_without_a_team_works_above_teams():
    assert Actor(id=1, role=Role.network_manager).is_above_teams
    assert not Actor(id=1, role=Role.network_manager, first_team_id=MINE).is_above_teams
    assert not Actor(id=1, role=Role.manager).is_above_teams


@pytest.mark.parametrize(
    ("role", "teams", "expected"),
    [
        (Role.staff, {MINE}, True),
        (Role.manager, {MINE}, True),
        (Role.staff, set(), False),
        (Role.administrator, {MINE}, False),
        (Role.network_manager, set(), False),
    ],
)
def test_clients_are_assigned_to_staff_and_managers_of_a_team(role, teams, expected):
    assert default_counselor_id(Actor(id=1, role=role, team_ids=frozenset(teams))) == (1 if expected else None)
