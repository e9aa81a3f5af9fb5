"""Sets of record ids as few bytes: which records a file had."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable
from itertools import accumulate, pairwise

ID = "I"
"""An unsigned integer of four bytes."""


def pack_ids(ids: Iterable[int]) -> bytes:
    """Return ids as compressed differences of their sorted values: a million consecutive ones take 4 kB."""
    ordered = sorted(set(ids))
    steps = array(ID, [*ordered[:1], *(after - before for before, after in pairwise(ordered))])
    return zlib.compress(steps.tobytes(), 1)


def has_id(packed: bytes, record_id: int) -> bool:
    """Return whether packed ids contain an id."""
    steps = array(ID)
    steps.frombytes(zlib.decompress(packed))
    return record_id in accumulate(steps)
