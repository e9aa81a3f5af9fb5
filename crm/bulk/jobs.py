"""The job that changes many records in slices."""

from __future__ import annotations

from crm.core import clock
from crm.core.data.jobs import handle_each, job

from .queries import list_open_runs
from .services import continue_run


@job(every=2)
def change_in_bulk() -> None:
    """Change or undo many records that were selected in a list, in slices."""
    handle_each(list_open_runs(clock.real_now()), _continue)


def _continue(run_id: int) -> None:
    continue_run(run_id)
