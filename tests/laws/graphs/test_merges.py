"""Merging and un-merging in any random graph of records leaves the database as it was."""

from __future__ import annotations

import pytest

from tests.laws.graphs.merges import check_merges, find_merge_leaks
from tests.laws.graphs.runs import base_seed

FEW = range(1, 3)
"""The seeds of the normal run."""
AT_A_TIME = 20
BLOCKS = {"sqlite": 8, "postgresql": 4}
"""How often the long run draws `AT_A_TIME` graphs: 240 in all."""
BASE = base_seed()


@pytest.mark.engine_in_turn
def test_undone_merges_leave_the_database_as_it_was(people_only):
    assert check_merges(people_only, FEW) >= 8


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_merged_records_tell_nobody_of_hidden_ones(people_only):
    merges, leaks = find_merge_leaks(people_only, seed=10)
    assert (merges > 0, leaks) == (True, [])


@pytest.mark.faults
@pytest.mark.parametrize("block", range(max(BLOCKS.values())))
def test_undone_merges_leave_many_databases_as_they_were(people_only, engine, block):
    if block >= BLOCKS[engine]:
        pytest.skip("the other engine draws more graphs")
    first = BASE + 10_000 * list(BLOCKS).index(engine) + AT_A_TIME * block
    check_merges(people_only, range(first, first + AT_A_TIME))
