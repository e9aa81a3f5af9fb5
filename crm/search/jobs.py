"""The job that makes older records searchable after an upgrade."""

from __future__ import annotations

from crm.core.data.jobs import each, job

from .backlog import index_next

SLICES = 20
"""Transactions of one run."""


@job(every=60)
def index_backlog() -> None:
    """Make interactions from before an upgrade searchable by their notes."""
    each(range(SLICES), lambda _number: _index())


def _index() -> None:
    index_next()
