"""Confidential records leave no trace for others, in any random graph of records."""

from __future__ import annotations

import pytest

from tests.laws.graphs.runs import base_seed, check
from tests.laws.sampling import part_of

AT_A_TIME = 20
FEW = {"sqlite": range(1, 21), "postgresql": range(21, 31)}
"""The seeds of `make test-full`; each normal run takes an eighth of them."""
BLOCKS = {"sqlite": 20, "postgresql": 6}
"""How often the long run draws `AT_A_TIME` graphs: 520 in all."""
BASE = base_seed()


@pytest.mark.engine_in_turn
def test_hidden_records_leave_no_trace(people_only, engine):
    check(people_only, part_of(FEW[engine]))


@pytest.mark.faults
@pytest.mark.parametrize("block", range(max(BLOCKS.values())))
def test_hidden_records_leave_no_trace_in_many_graphs(people_only, engine, block):
    if block >= BLOCKS[engine]:
        pytest.skip("the other engine draws more graphs")
    first = BASE + 10_000 * list(BLOCKS).index(engine) + AT_A_TIME * block
    check(people_only, range(first, first + AT_A_TIME))
