"""The job that computes matches that were postponed, and those of needs with a date, once a day."""

from __future__ import annotations

from crm.core.data.jobs import handle_each, job

from .services import list_due, refresh_records

MAX_IN_A_RUN = 100


@job(every=30)
def refresh_matches() -> None:
    """Compute the matches of records that changed with many others, and of needs whose date came nearer."""
    handle_each(list_due(MAX_IN_A_RUN), _refresh)


def _refresh(record_id: int) -> None:
    refresh_records([record_id], [record_id])
