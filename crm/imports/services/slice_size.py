"""How many rows a slice has: as many as take so long that other writers wait less than a second."""

from __future__ import annotations

import time
from collections.abc import Callable

from crm.core.data.bulk_changes import pause_for_writers

TARGET_SECONDS = 0.4
"""Target duration of a slice."""


def next_size(size: int, seconds: float, least: int, most: int) -> int:
    """Return the number of rows of the next slice after one of `size` rows took `seconds`; at most twice as many."""
    return max(least, min(most, int(size * min(2.0, TARGET_SECONDS / max(seconds, 0.001)))))


def repeat_in_slices(undo_slice: Callable[[int], bool], sizes: tuple[int, int, int], pause_seconds: float) -> None:
    """Call a function, which ends its transaction, with a number of records until it returns False.

    `sizes` are the records of the first slice, and the fewest and most of the next ones.
    """
    size, least, most = sizes
    is_more = True
    while is_more:
        began = time.monotonic()
        is_more = undo_slice(size)
        size = next_size(size, time.monotonic() - began, least, most)
        pause_for_writers(pause_seconds)
