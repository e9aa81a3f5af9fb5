"""The lease of one worker on an import: only its holder writes, and after its end another worker takes over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.imports.models import ImportRun
from crm.imports.policy import RunState

LEASE = timedelta(minutes=2)


class LeaseLost(RuntimeError):
    """Another worker has taken over the import."""


class ImportStopped(RuntimeError):
    """The process is stopping: the next one undoes the import and writes it again."""


class RunLease:
    """One worker on one import. Each method ends its own transactions, except `renew`, which begins one."""

    def __init__(self, run_id: int) -> None:
        self.run_id, self.worker, self.batch_id = run_id, new_uid(), 0

    def take_over(self) -> RunState | None:
        """Claim an import whose lease has expired. Return its state, or None if another worker has it."""
        over = sa.and_(ImportRun.id == self.run_id, ImportRun.lease_until < clock.real_now())
        if not self.take(sa.update(ImportRun).where(over).values(worker=self.worker)):
            return None
        run = db.session.get_one(ImportRun, self.run_id)
        self.batch_id = run.batch_id or 0
        state = RunState.from_code(run.state)
        db.session.commit()
        return state

    def take(self, stmt: Any) -> bool:
        """Take the import with an UPDATE of its row; False, and no transaction, if the row doesn't match."""
        result: Any = db.session.execute(stmt.values(lease_until=clock.real_now() + LEASE))
        if not result.rowcount:
            db.session.rollback()
        return bool(result.rowcount)

    def renew(self, **values: Any) -> None:
        """Begin a transaction by renewing the lease. Raises LeaseLost."""
        own = sa.and_(ImportRun.id == self.run_id, ImportRun.worker == self.worker)
        if not self.take(sa.update(ImportRun).where(own).values(**values)):
            raise LeaseLost

    def release(self) -> None:
        """Let the lease expire, so that the next worker can claim the import."""
        own = sa.and_(ImportRun.id == self.run_id, ImportRun.worker == self.worker)
        db.session.execute(sa.update(ImportRun).where(own).values(lease_until=clock.real_now() - LEASE))
        db.session.commit()

    def end(self, state: RunState, batch_id: int | None, problem: str) -> None:
        """End the work in this state."""
        self.renew(state=state.value, batch_id=batch_id, worker=None)
        run = db.session.get_one(ImportRun, self.run_id)
        run.lease_until, run.options = None, run.options | {"problem": problem}
        db.session.commit()
