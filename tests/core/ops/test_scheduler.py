"""When the scheduler first runs each job."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from apscheduler.schedulers.blocking import BlockingScheduler

from crm.core.data.base import db
from crm.core.data.jobs import JOBS, stopping
from crm.core.ops.scheduler import RARE_SECONDS, run_scheduler, schedule_starts

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def test_jobs_start_one_after_another_and_frequent_ones_first(app):
    starts = list(schedule_starts(NOW))
    assert {job.name for job, _start in starts} == set(JOBS)
    assert [job.every for job, _start in starts] == sorted(job.every for job in JOBS.values())
    frequent = [start for job, start in starts if job.every < RARE_SECONDS]
    rare = [start for job, start in starts if job.every >= RARE_SECONDS]
    assert frequent[0] == NOW
    assert frequent[-1] < NOW + timedelta(seconds=5)
    assert {later - earlier for earlier, later in pairwise(rare)} == {timedelta(seconds=1)}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_jobs_wait_longer_for_the_lock_than_requests(app, engine, monkeypatch, tmp_path):
    own = sa.create_engine(f"sqlite:///{tmp_path / 'jobs.db'}")
    monkeypatch.setattr(type(db), "engine", own)
    monkeypatch.setattr(BlockingScheduler, "start", lambda _scheduler: None)
    monkeypatch.setattr("signal.signal", lambda _number, _handler: None)
    run_scheduler(app)
    stopping.clear()
    with own.connect() as connection:
        assert connection.scalar(sa.text("PRAGMA busy_timeout")) == 30_000
    own.dispose()
