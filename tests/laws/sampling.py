"""Which part of the large laws runs: an eighth in `make test`, everything in `make test-full`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
PARTS = 8
IS_FULL = os.environ.get("CRM_TEST_FULL") == "1"


def _turn() -> int:
    """Return the part of this run: the number of commits, so that eight commits in a row cover everything.

    `CRM_TEST_TURN` chooses another one; without a repository it is the day of the year.
    """
    if chosen := os.environ.get("CRM_TEST_TURN"):
        return int(chosen)
    command = ["git", "rev-list", "--count", "HEAD"]
    result = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    return int(result.stdout) if result.returncode == 0 else datetime.now(UTC).timetuple().tm_yday


TURN = _turn()


def one_of(items: Iterable[T]) -> list[T]:
    """Return one of the items, the next one with each commit; all of them if everything runs."""
    every = list(items)
    return every if IS_FULL else [every[TURN % len(every)]]


def part_of(items: Sequence[T], every: int = 1, offset: int = 0) -> Sequence[T]:
    """Return this run's part of the items; of `every` so many only one, even if everything runs."""
    step = every if IS_FULL else every * PARTS
    return items[(offset if IS_FULL else offset + TURN) % step :: step]
