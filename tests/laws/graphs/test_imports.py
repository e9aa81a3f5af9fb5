"""Undone imports in any random graph leave the database as it was, and names and search words equal a rebuild."""

from __future__ import annotations

import pytest

from tests.laws.graphs.imports import check_imports, check_names
from tests.laws.graphs.runs import base_seed

FEW, FEW_NAMES = range(1, 2), range(1, 3)
"""The seeds of the normal run."""
AT_A_TIME = 20
BLOCKS = {"sqlite": 8, "postgresql": 4}
"""How often the long run draws `AT_A_TIME` graphs: 240 in all."""
BASE = base_seed()


def test_undone_imports_leave_the_database_as_it_was(people_only):
    assert check_imports(people_only, FEW) >= 8


@pytest.mark.engine_in_turn
def test_names_equal_a_rebuild_after_edits_merges_and_imports(people_only):
    assert check_names(people_only, FEW_NAMES) >= 60


@pytest.mark.faults
@pytest.mark.parametrize("block", range(max(BLOCKS.values())))
@pytest.mark.parametrize("check", [check_imports, check_names])
def test_many_databases_are_as_they_should(people_only, engine, check, block):
    if block >= BLOCKS[engine]:
        pytest.skip("the other engine draws more graphs")
    first = BASE + 10_000 * list(BLOCKS).index(engine) + AT_A_TIME * block
    check(people_only, range(first, first + AT_A_TIME))
