"""Build graphs, look for leaks in them, and shorten the first plan that has one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random, SystemRandom
from time import monotonic

from tests.laws.application import ApplicationUnderTest
from tests.laws.graphs import (  # noqa: F401 - they register the verbs of plans
    activity_actions,
    change_actions,
    client_actions,
    contact_actions,
    create_actions,
    link_actions,
)
from tests.laws.graphs.database import GraphDatabase
from tests.laws.graphs.laws import QUICK, SMALL, WHOLE, Extent, Leak, find_leaks
from tests.laws.graphs.plan_steps import PlanStep
from tests.laws.graphs.plans import format_plan, make_plan

VIEWERS = ("dora", "dora", "dora", "shen", "shen", "nora", "nora", "admin", "admin", "anna", "boris", "boris", "clara")
SHRINK_SECONDS = 120
BASE = "CRM_TEST_SEED"
"""Environment variable with the seed from which the long run draws its graphs; random if unset."""


def base_seed() -> int:
    """Return the seed of a long run."""
    return int(os.environ.get(BASE) or SystemRandom().randrange(10**6))


def list_viewers(world: GraphDatabase, rng: Random) -> list[str]:
    """Choose two people who have hidden records."""
    viewers = [name for name in VIEWERS if world.hidden_ids(name)]
    rng.shuffle(viewers)
    return list(dict.fromkeys(viewers))[:2]


def find_plan_leaks(application: ApplicationUnderTest, seed: int) -> tuple[list[PlanStep], list[Leak]]:
    """Build the graph of a seed; return the accepted steps, and the leaks to two people."""
    rng = Random(seed)
    application.statements.clear()
    with application.rolled_back():
        world = GraphDatabase(application.dataset.users, seed).run(make_plan(seed))
        leaks = [
            leak
            for viewer, extent in zip(list_viewers(world, rng), (SMALL, QUICK), strict=False)
            for leak in find_leaks(application, world, viewer, rng, extent)
        ]
    return world.done, leaks


def replay_plan(
    application: ApplicationUnderTest, steps: Sequence[PlanStep], viewer: str, extent: Extent = WHOLE, seed: int = 0
) -> list[Leak]:
    """Run the steps of a plan, and return the leaks to one person in all pages that the person can open."""
    application.statements.clear()
    with application.rolled_back():
        world = GraphDatabase(application.dataset.users, seed).run(steps)
        return list(find_leaks(application, world, viewer, Random(seed), extent))


def shrink_plan(
    application: ApplicationUnderTest, steps: Sequence[PlanStep], leak: Leak
) -> tuple[list[PlanStep], Leak]:
    """Remove steps, the largest blocks first, while the same leak stays; stop when the time is over."""
    extent = replace(WHOLE, only=leak.place[2], compares=leak.law == "differs")
    rest, smallest_leak, end = list(steps), leak, monotonic() + SHRINK_SECONDS
    size = max(1, len(rest) // 2)
    while size:
        position = 0
        while position < len(rest) and monotonic() < end:
            cut = [*rest[:position], *rest[position + size :]]
            again = next((x for x in replay_plan(application, cut, leak.viewer, extent) if x.place == leak.place), None)
            rest, smallest_leak, position = (cut, again, position) if again else (rest, smallest_leak, position + size)
        size //= 2
    return rest, smallest_leak


def check(application: ApplicationUnderTest, seeds: Iterable[int]) -> None:
    """Fail with the shortest plan for the first leak in the graphs of these seeds."""
    for seed in seeds:
        steps, leaks = find_plan_leaks(application, seed)
        if leaks:
            rest, leak = shrink_plan(application, steps, leaks[0])
            other_leaks = "".join(f"  also: {str(x)[:200]}\n" for x in leaks[1:6])
            raise AssertionError(f"seed {seed}: {leak}\n{other_leaks}replay it as {leak.viewer}:\n{format_plan(rest)}")
