"""Rights to invite users, limits of attempts, names of devices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from crm.accounts.policy import (
    EventKind,
    Throttle,
    assignable_roles,
    assignable_teams,
    device_name,
    event_outcome,
    is_unusual_export,
    may_invite,
    may_reassign_user,
    requires_second_factor,
    wait_after,
)
from crm.core.policy import SYSTEM, Actor, Role, can

NOW = datetime(2026, 3, 10, 17, 0, tzinfo=UTC)
FIVE = Throttle(5, timedelta(minutes=10))


@pytest.mark.parametrize(
    ("count", "ago", "wait"), [(1, 0, 0), (5, 9, 0), (6, 0, 601), (6, 9, 61), (6, 10, 1), (60, 5, 301)]
)
def test_wait_after_counts_to_the_end_of_the_window(count, ago, wait):
    assert wait_after(FIVE, count, NOW - timedelta(minutes=ago), NOW) == wait


def test_manager_may_invite_staff_to_own_teams_only():
    clara = Actor(id=1, role=Role.manager, team_ids=frozenset({1}))
    assert may_invite(clara)
    assert assignable_roles(clara) == (Role.staff,)
    assert assignable_teams(clara, {1, 2}) == {1}


def test_administrator_may_invite_all_roles_to_all_teams():
    admin = Actor(id=1, role=Role.administrator, team_ids=frozenset({1}))
    assert assignable_roles(admin) == tuple(Role)
    assert assignable_teams(admin, {1, 2}) == {1, 2}


@pytest.mark.parametrize("role", [Role.staff, Role.network_manager])
def test_staff_and_network_manager_may_not_invite(role):
    actor = Actor(id=1, role=role, team_ids=frozenset({1}))
    assert [can(actor, right) for right in ("user:invite", "user:manage", "team:manage")] == [False, False, False]


def test_manager_without_team_may_not_invite():
    assert not may_invite(Actor(id=1, role=Role.manager))


def test_only_administrator_has_user_rights_on_a_record():
    row = SimpleNamespace(team_id=1, counselor_id=1, confidential=False, reader_ids=(), without_managers=False)
    manager, admin = (Actor(id=1, role=r, team_ids=frozenset({1})) for r in (Role.manager, Role.administrator))
    assert [can(actor, "user:invite", row) for actor in (manager, admin)] == [False, True]


def test_manager_may_not_manage_users():
    manager = Actor(id=1, role=Role.manager, team_ids=frozenset({1}))
    assert not can(manager, "user:manage")
    assert can(SYSTEM, "user:manage")


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36",
            "Chrome, Linux",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/156.0 Safari/537.36 Edg/156.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15; EdgA/156.0)", "Edge, Android"),
        ("Mozilla/5.0 (CrOS) Chrome/156.0", "Mozilla/5.0 (CrOS) Chrome/156.0"),
        (f"Robot for Linux {'x' * 60}", f"Robot for Linux {'x' * 44}"),
        ("curl/8", "curl/8"),
        ("", ""),
    ],
)
def test_device_name_is_browser_and_system(agent, words):
    assert device_name(agent) == words


@pytest.mark.parametrize(
    ("rows", "typical", "unusual"), [(1000, 0, False), (1001, 0, True), (1500, 300, False), (1501, 300, True)]
)
def test_export_is_unusual_above_the_threshold_and_five_times_the_largest_day(rows, typical, unusual):
    assert is_unusual_export(rows, typical, threshold=1000) is unusual


@pytest.mark.parametrize(
    ("role", "teams", "has_compliance", "may"),
    [
        (Role.staff, {7}, False, True),
        (Role.staff, {7, 8}, False, True),
        (Role.staff, {7, 9}, False, False),
        (Role.staff, set(), False, False),
        (Role.staff, {7}, True, False),
        (Role.manager, {7}, False, False),
    ],
)
def test_managers_reassign_the_records_of_their_own_staff_only(role, teams, has_compliance, may):
    manager = Actor(id=1, role=Role.manager, team_ids=frozenset({7, 8}))
    assert may_reassign_user(manager, role, teams, has_compliance=has_compliance) is may
    assert may_reassign_user(Actor(id=1, role=Role.administrator), role, teams, has_compliance=has_compliance)
    assert not may_reassign_user(
        Actor(id=1, role=Role.network_manager), Role.staff, teams, has_compliance=has_compliance
    )


@pytest.mark.parametrize(
    ("right", "roles"),
    [
        ("account:own", ["staff", "manager", "network_manager", "administrator"]),
        ("user:invite", ["manager", "administrator"]),
        ("user:manage", ["administrator"]),
        ("user:reassign", ["manager", "administrator"]),
        ("security:see", ["administrator"]),
        ("team:manage", ["administrator"]),
        ("export:see", ["manager", "network_manager", "administrator"]),
    ],
)
def test_right_belongs_to_these_roles(right, roles):
    actors = {role.value: Actor(id=1, role=role, team_ids=frozenset({1})) for role in Role}
    assert [name for name, actor in actors.items() if can(actor, right)] == roles


@pytest.mark.parametrize(
    ("setting", "roles"),
    [
        ("none", []),
        ("administrators", ["administrator"]),
        ("managers", ["manager", "network_manager", "administrator"]),
        ("everyone", ["staff", "manager", "network_manager", "administrator"]),
    ],
)
def test_roles_that_need_a_second_factor(setting, roles):
    assert [role.value for role in Role if requires_second_factor(setting, role)] == roles


def test_outcome_of_an_event_follows_from_its_kind():
    outcomes = {kind.value: event_outcome(kind).value for kind in EventKind}
    assert {kind: outcome for kind, outcome in outcomes.items() if outcome != "ok"} == {
        "failed": "refused",
        "throttled": "refused",
        "second_failed": "refused",
        "attacked": "alert",
        "export_alert": "alert",
    }


def test_window_of_attempts_never_ends_in_the_past():
    assert wait_after(FIVE, 6, NOW - timedelta(hours=1), NOW) == 0
