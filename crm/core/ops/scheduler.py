"""The scheduler: one process that runs every job at its interval. Due times are in our tables, not here."""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.connections import wait_longer
from crm.core.data.jobs import JOBS, Job, run_job, stopping

log = structlog.get_logger()

RARE_SECONDS = 300
"""Jobs with at least this interval start one second after another, the others almost at once."""
LOCK_SECONDS = 30
"""How long a job waits for SQLite's lock. No user waits for it, but the processes have 35 seconds to stop."""


def make_scheduler(app: Flask) -> BlockingScheduler:
    """Make the scheduler with all jobs, each due soon; missed runs are made up for once."""
    scheduler = BlockingScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(max(len(JOBS), 1))},
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
    )
    for job, starts_at in schedule_starts(clock.real_now()):
        scheduler.add_job(
            run_job,
            IntervalTrigger(seconds=job.every, timezone=UTC),
            args=(app, job),
            id=job.name,
            next_run_time=starts_at,
        )
    return scheduler


def schedule_starts(now: datetime) -> Iterator[tuple[Job, datetime]]:
    """Yield the jobs with their first run, frequent ones first.

    If all began at once, the last would wait for SQLite's lock for so long that it fails.
    """
    for job in sorted(JOBS.values(), key=lambda job: job.every):
        yield job, now
        now += timedelta(seconds=1 if job.every >= RARE_SECONDS else 0.1)


def run_scheduler(app: Flask) -> None:
    """Run until SIGTERM or Ctrl-C; items in progress are completed first."""
    scheduler = make_scheduler(app)
    with app.app_context():
        wait_longer(db.engine, LOCK_SECONDS)

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()
        raise SystemExit(0)

    # A run that still works when the next is due is no problem: what it leaves is due again.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    log.info("scheduler started", jobs=sorted(JOBS))
    try:
        scheduler.start()
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if number == signal.SIGINT else handler)
        stopping.set()
        if scheduler.running:
            scheduler.shutdown(wait=True)
        log.info("scheduler ended")
