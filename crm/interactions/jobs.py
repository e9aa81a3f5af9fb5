"""The job that finds the search words of interactions that couldn't be updated at once."""

from __future__ import annotations

from crm.core.data.jobs import handle_each, job

from .services import index_next

SLICES = 20
"""Transactions of one run."""


@job(every=60)
def index_backlog() -> None:
    """Update the search words of interactions after a rename of people in many of them, or after an upgrade."""
    handle_each(range(SLICES), lambda _number: _index())


def _index() -> None:
    index_next()
