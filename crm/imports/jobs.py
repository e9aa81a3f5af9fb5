"""Jobs: write confirmed long imports, and finish or undo interrupted ones."""

from __future__ import annotations

import structlog
from flask_babel import force_locale

from crm.core.data.jobs import handle_each, job
from crm.core.errors import Problem

from .policy import RunState
from .queries import find_language, list_interrupted_runs, list_waiting_archives, list_waiting_runs
from .services import delete_old_archives, recover_run, revert_in_slices, write_archive, write_in_slices

log = structlog.get_logger()


@job(every=5)
def write_imports() -> None:
    """Write confirmed imports in slices, undo completed ones as requested, and recover interrupted ones."""
    handle_each(list_interrupted_runs(), _recover)
    handle_each(list_waiting_runs(RunState.confirmed), _write)
    handle_each(list_waiting_runs(RunState.undo_requested), _revert)


@job(every=5)
def write_archives() -> None:
    """Write requested archives of all lists, and delete old ones."""
    handle_each(list_waiting_archives(), write_archive)
    delete_old_archives()


def _recover(run_id: int) -> None:
    log.warning("import_interrupted", run=run_id)
    with force_locale(find_language(run_id)):
        recover_run(run_id)


def _revert(run_id: int) -> None:
    revert_in_slices(run_id)


def _write(run_id: int) -> None:
    try:
        with force_locale(find_language(run_id)):
            write_in_slices(run_id)
    except Problem as problem:
        log.warning("import_refused", run=run_id, problem=str(problem))
