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
CAP = 8.0
"""Seconds that the longest allowed input may take while lines are counted, which makes it about four times slower."""


@contextlib.contextmanager
def without_collector() -> Iterator[None]:
    """Keep the garbage collector of a large test process out of the measured time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def seconds(read: Callable[[Any], Any], sample: Any) -> float:
    """Return how long one run takes; a refusal counts as a result."""
    with without_collector(), contextlib.suppress(Invalid):
        began = time.thread_time()
        read(sample)
    return time.thread_time() - began


def assert_linear(read: Callable[[Any], Any], make: Callable[[int], Any], longest: int) -> None:
    """Parse what `make` returns for the longest size and for an eighth of it: fast, and no more than linear.

    The shortest of up to three runs counts, because a pause of the machine or a cold cache lengthens a run.
    """
    long = short = float("inf")
    for _run in range(3):
        long = min(long, seconds(read, make(longest)))
        if long < TOO_SHORT:
            return
        short = min(short, seconds(read, make(longest // TIMES)))
        if long < min(CAP, MOST * short):
            return
    assert long < CAP, f"{long:.2f} s for {longest}"
    assert long < MOST * short, f"{short:.3f} s for an eighth, {long:.3f} s for {longest}"
