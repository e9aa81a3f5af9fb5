"""The job that joins rows of summary tables."""

from __future__ import annotations

from crm.core.data.base import db
from crm.core.data.jobs import job
from crm.core.data.summaries import join_rows


@job(every=600)
def join_summary_rows() -> None:
    """Join the rows of each key in summary tables that have many of them."""
    join_rows()
    db.session.commit()
