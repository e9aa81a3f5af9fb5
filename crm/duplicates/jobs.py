"""The job that looks for duplicates of changed people and organizations."""

from __future__ import annotations

from crm.core.data.jobs import each, job

from .policy import COMPARED_KINDS
from .services import compare_changed


@job(every=60)
def find_duplicates() -> None:
    """Compare people and organizations that changed with those of a similar name."""
    each(COMPARED_KINDS, _compare)


def _compare(kind: str) -> None:
    compare_changed(kind)
