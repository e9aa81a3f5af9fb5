"""The scheduler: one process that runs every job at its interval. Due times are in our tables, not here."""

from __future__ import annotations

import logging
import signal
from datetime import UTC
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask

from crm.core import clock
from crm.core.data.jobs import JOBS, run_job, stopping

log = structlog.get_logger()


def make_scheduler(app: Flask) -> BlockingScheduler:
    """Make the scheduler with all jobs, each due at once; missed runs are made up for once."""
    scheduler = BlockingScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(max(len(JOBS), 1))},
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
    )
    for job in JOBS.values():
        scheduler.add_job(
            run_job,
            IntervalTrigger(seconds=job.every, timezone=UTC),
            args=(app, job),
            id=job.name,
            next_run_time=clock.real_now(),
        )
    return scheduler


def run_scheduler(app: Flask) -> None:
    """Run until SIGTERM or Ctrl-C; items in progress are completed first."""
    scheduler = make_scheduler(app)

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
