"""Many values in lists that are short enough for one statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
CHUNK_SIZE = 500
"""The maximum number of values in one statement."""


def chunked(values: Iterable[T], size: int = CHUNK_SIZE) -> Iterator[list[T]]:
    """Yield the values in lists of at most `size`; none without values."""
    iterator = iter(values)
    while chunk := list(islice(iterator, size)):
        yield chunk
