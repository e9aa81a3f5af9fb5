"""Write the long imports that were confirmed."""

from __future__ import annotations

import structlog

from crm.core.audit import Via, act_as
from crm.core.db import db
from crm.core.errors import Problem
from crm.core.jobs import each, job

from .models import ImportRun
from .policy import RunState
from .queries import waiting_runs
from .services import plan_ahead, write_run

log = structlog.get_logger()


@job(every=5)
def write_imports() -> None:
    """Write confirmed imports, each in a transaction of its own."""
    each(waiting_runs(), _write)


def _write(run_id: int) -> None:
    try:
        ahead = plan_ahead(run_id)
        write_run(db.session.get_one(ImportRun, run_id), ahead)
    except Exception as problem:
        # It would fail the same way every five seconds: it ends as failed, and says why.
        db.session.rollback()
        act_as(db.session(), None, Via.job)
        run = db.session.get_one(ImportRun, run_id)
        run.state = RunState.failed.value
        run.options = run.options | {"problem": str(problem) if isinstance(problem, Problem) else ""}
        db.session.commit()
        if not isinstance(problem, Problem):
            raise
        log.warning("import_refused", run=run_id, problem=str(problem))
