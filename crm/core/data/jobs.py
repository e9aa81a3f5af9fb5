"""Jobs: named functions in an application context of their own, run by the scheduler or by hand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import structlog
from flask import Flask
from sqlalchemy.exc import OperationalError

from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as

T = TypeVar("T")
Run = Callable[[], None]

log = structlog.get_logger()

stopping = threading.Event()
"""Set when the process receives a signal to end: complete the current item, start no other."""


@dataclass(frozen=True)
class Job:
    """A job and its interval in seconds."""

    name: str
    every: int
    run: Run

    @property
    def about(self) -> str:
        """What the job does: the first line of its docstring."""
        return (self.run.__doc__ or "").strip().split("\n", 1)[0]


JOBS: dict[str, Job] = {}


def job(*, every: int, name: str | None = None) -> Callable[[Run], Run]:
    """Declare a job and its interval in seconds; its name is the function's unless one is given."""

    def declare(run: Run) -> Run:
        job_name = name or run.__name__
        if job_name in JOBS:
            raise ValueError(f"job {job_name} declared twice")
        JOBS[job_name] = Job(job_name, every, run)
        return run

    return declare


def run_job(app: Flask, which: Job) -> bool:
    """Run a job once in its own context and log how long it took. Return False if it failed.

    The next run is on time.
    """
    began = time.monotonic()
    with app.app_context(), structlog.contextvars.bound_contextvars(job=which.name):
        act_as(db.session(), None, ChangeSource.job)
        try:
            which.run()
        except Exception as error:
            seconds = round(time.monotonic() - began, 3)
            if isinstance(error, OperationalError):
                # The database is locked or away; where the job was when it noticed doesn't matter.
                log.error("job failed", seconds=seconds, error=str(error.orig))  # noqa: TRY400
            else:
                log.exception("job failed", seconds=seconds)
            db.session.rollback()
            return False
        log.debug("job done", seconds=round(time.monotonic() - began, 3))
        return True


def handle_each(items: Iterable[T], handle: Callable[[T], None]) -> tuple[int, int]:
    """Handle items one by one, each in its own transaction; return how many succeeded and how many failed.

    A failed item is rolled back and logged, and the others continue. Stops early, between two items, when the process
    is asked to end. All items are read before the first is handled: pass ids, because rows of the session expire on
    commit.
    """
    succeeded = failed = 0
    for item in list(items):
        if stopping.is_set():
            break
        try:
            handle(item)
            db.session.commit()
            succeeded += 1
        except Exception:
            db.session.rollback()
            log.exception("item failed", item=repr(item)[:200])
            failed += 1
    return succeeded, failed
