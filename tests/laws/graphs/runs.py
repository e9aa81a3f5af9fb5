"""Build graphs, look for leaks in them, and cut down the first plan that has one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random, SystemRandom
from time import monotonic

from tests.laws.application import House
from tests.laws.graphs import activity_actions, change_actions, create_actions, link_actions  # noqa: F401 - they register what the verbs of plans do
from tests.laws.graphs.database import World
from tests.laws.graphs.laws import QUICK, SMALL, WHOLE, Extent, Leak, find_leaks
from tests.laws.graphs.plans import Step, make_plan, printed

VIEWERS = ("dora", "dora", "dora", "shen", "shen", "nora", "nora", "admin", "admin", "anna", "boris", "boris", "clara")
SECONDS_TO_CUT = 120
BASE = "CRM_TEST_SEED"
"""Environment variable with the seed from which the long run draws its graphs; else a random one."""


def base_seed() -> int:
    """Give the seed of a long run."""
    return int(os.environ.get(BASE) or SystemRandom().randrange(10**6))


def viewers_of(world: World, rng: Random) -> list[str]:
    """Choose two people from whom something is hidden."""
    some = [name for name in VIEWERS if world.hidden_ids(name)]
    rng.shuffle(some)
    return list(dict.fromkeys(some))[:2]


def leaks_of(house: House, seed: int) -> tuple[list[Step], list[Leak]]:
    """Build the graph of a seed; give the steps that were not refused, and the leaks to two people."""
    rng = Random(seed)
    house.statements.clear()
    with house.put_back():
        world = World(house.scene.users, seed).run(make_plan(seed))
        leaks = [
            leak
            for viewer, extent in zip(viewers_of(world, rng), (SMALL, QUICK), strict=False)
            for leak in find_leaks(house, world, viewer, rng, extent)
        ]
    return world.done, leaks


def replayed(house: House, steps: Sequence[Step], viewer: str, extent: Extent = WHOLE, seed: int = 0) -> list[Leak]:
    """Do the steps of a plan, and give the leaks to one person in all they can open."""
    house.statements.clear()
    with house.put_back():
        world = World(house.scene.users, seed).run(steps)
        return list(find_leaks(house, world, viewer, Random(seed), extent))


def cut_down(house: House, steps: Sequence[Step], leak: Leak) -> tuple[list[Step], Leak]:
    """Leave out steps, the largest blocks first, while the same leak stays; stop when the time is over."""
    extent = replace(WHOLE, only=leak.place[2], compares=leak.law == "differs")
    rest, found, end = list(steps), leak, monotonic() + SECONDS_TO_CUT
    size = max(1, len(rest) // 2)
    while size:
        at = 0
        while at < len(rest) and monotonic() < end:
            cut = [*rest[:at], *rest[at + size :]]
            again = next((x for x in replayed(house, cut, leak.viewer, extent) if x.place == leak.place), None)
            rest, found, at = (cut, again, at) if again else (rest, found, at + size)
        size //= 2
    return rest, found


def check(house: House, seeds: Iterable[int]) -> None:
    """Fail with the shortest plan that was found for the first leak in the graphs of these seeds."""
    for seed in seeds:
        steps, leaks = leaks_of(house, seed)
        if leaks:
            rest, leak = cut_down(house, steps, leaks[0])
            others = "".join(f"  also: {str(x)[:200]}\n" for x in leaks[1:6])
            raise AssertionError(f"seed {seed}: {leak}\n{others}replay it as {leak.viewer}:\n{printed(rest)}")
