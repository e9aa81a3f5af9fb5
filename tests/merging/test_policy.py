"""Which records can be merged, and who undoes a merge until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from crm.core.policy import SYSTEM, Actor, Role
from crm.merging.policy import find_access_problem, has_other_readers, is_too_old, may_unmerge

pytestmark = pytest.mark.one_engine


def record(team=7, counselor=1, *, confidential=False, readers=()):
    return SimpleNamespace(
        team_id=team, counselor_id=counselor, confidential=confidential, reader_ids=readers, without_managers=False
    )


@pytest.mark.parametrize(
    ("one", "other", "problem"),
    [
        (record(), record(counselor=2), ""),
        (record(), record(team=None), ""),
        (record(), record(team=8), "different teams"),
        (record(), record(confidential=True), "different access"),
        (record(confidential=True), record(confidential=True), ""),
        (record(confidential=True, readers=[2]), record(counselor=2, confidential=True, readers=[1]), ""),
        (record(confidential=True, readers=[2]), record(confidential=True), "different access"),
    ],
)
def test_records_with_different_access_are_not_merged(one, other, problem):
    assert problem in str(find_access_problem(one, other) or "")
    assert (find_access_problem(one, other) is None) == (problem == "")
    assert has_other_readers(one, other) is (problem == "different access")


@pytest.mark.parametrize(
    ("actor", "own", "of_others"),
    [
        (Actor(id=1, role=Role.staff, team_ids=frozenset({7})), True, False),
        (Actor(id=1, role=Role.manager, team_ids=frozenset({7})), True, True),
        (Actor(id=1, role=Role.manager, team_ids=frozenset({8})), False, False),
        (SYSTEM, True, True),
    ],
)
def test_staff_undo_their_own_merges_and_managers_those_of_the_team(actor, own, of_others):
    assert may_unmerge(actor, record(), is_own=True) is own
    assert may_unmerge(actor, record(), is_own=False) is of_others


def test_merge_can_be_undone_for_thirty_days():
    merged_at = datetime(2026, 3, 10, tzinfo=UTC)
    assert not is_too_old(merged_at, merged_at + timedelta(days=30))
    assert is_too_old(merged_at, merged_at + timedelta(days=30, seconds=1))
