"""Growth of a parser's time with its input: processor time of this thread, independent of other processes."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Callable, Iterator
from typing import Any

from crm.core.errors import Invalid

TIMES = 8
"""Length ratio of the longer input. Linear work takes 8 times as long, quadratic work 64 times."""
MOST = 20
"""2.5 for each doubling would be 16; the rest allows for a cold cache."""
TOO_SHORT = 0.05
"""Seconds below which growth is not measured."""
LONG = 1.0
"""Seconds from which one run is enough: a pause of the process changes little."""
CAP = 8.0
"""Seconds that the longest allowed input may take while lines are counted, which makes it about four times slower."""


@contextlib.contextmanager
def without_collector() -> Iterator[None]:
    """Keep the garbage collector of a large test process out of the measured time."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def seconds(read: Callable[[Any], Any], sample: Any) -> float:
    """Return the shortest of three runs, one if it is long; a refusal counts as a result."""
    runs: list[float] = []
    with without_collector():
        while len(runs) < 3 and (not runs or runs[0] < LONG):
            began = time.thread_time()
            with contextlib.suppress(Invalid):
                read(sample)
            runs.append(time.thread_time() - began)
    return min(runs)


def assert_linear(read: Callable[[Any], Any], make: Callable[[int], Any], longest: int) -> None:
    """Parse what `make` returns for the longest size and for an eighth of it: fast, and no more than linear."""
    long, short = seconds(read, make(longest)), seconds(read, make(longest // TIMES))
    assert long < CAP, f"{long:.2f} s for {longest}"
    assert long < TOO_SHORT or long < MOST * short, f"{short:.3f} s for an eighth, {long:.3f} s for {longest}"
