"""How many rows a slice has: as many as take so long that other writers wait less than a second."""

from __future__ import annotations

TARGET_SECONDS = 0.4
"""Target duration of a slice."""


def next_size(size: int, seconds: float, least: int, most: int) -> int:
    """Return the number of rows of the next slice after one of `size` rows took so many seconds; at most twice."""
    return max(least, min(most, int(size * min(2.0, TARGET_SECONDS / max(seconds, 0.001)))))
