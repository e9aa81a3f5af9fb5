"""The job that looks for duplicates of changed people and organizations."""

from __future__ import annotations

from crm.core.data.jobs import each, job

from .services import compare_changed

KINDS = ("organization", "person")


@job(every=60)
def find_duplicates() -> None:
    """Compare people and organizations that changed with those of a similar name."""
    each(KINDS, _compare)


def _compare(kind: str) -> None:
    compare_changed(kind)
