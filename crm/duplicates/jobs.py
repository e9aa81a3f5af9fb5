"""The job that looks for duplicates of changed people and organizations."""

from __future__ import annotations

import time

from crm.core.data.jobs import handle_each, job

from .policy import COMPARED_KINDS
from .services import SLICE, compare_changed

RUN_SECONDS = 20
"""After so long the rest waits for the next run: an import leaves thousands of records to compare."""


@job(every=60)
def find_duplicates() -> None:
    """Compare people and organizations that changed with those of a similar name."""
    end = time.monotonic() + RUN_SECONDS
    pending = list(COMPARED_KINDS)

    def compare(kind: str) -> None:
        if compare_changed(kind) < SLICE:
            pending.remove(kind)

    while pending and time.monotonic() < end:
        succeeded, failed = handle_each(pending, compare)
        if failed or not succeeded:
            return
