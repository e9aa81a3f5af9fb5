"""A time limit for parsing input: readers check it once per line, row or card. Pure."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from crm.core.errors import Invalid
from crm.core.words import _

_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)


class TimeLimitExceeded(Invalid):
    """Reading an input took longer than its time limit."""

    def __init__(self) -> None:
        super().__init__(_("Use a shorter text or a smaller file. This one takes too long to process."))


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Make `check_time` raise TimeLimitExceeded after `seconds` in this block; an earlier outer limit stays."""
    outer = _ends_at.get()
    ends_at = time.monotonic() + seconds
    token = _ends_at.set(ends_at if outer is None else min(outer, ends_at))
    try:
        yield
    finally:
        _ends_at.reset(token)


def check_time() -> None:
    """Raise TimeLimitExceeded when the time limit is over; without a limit do nothing."""
    ends_at = _ends_at.get()
    if ends_at is not None and time.monotonic() >= ends_at:
        raise TimeLimitExceeded
