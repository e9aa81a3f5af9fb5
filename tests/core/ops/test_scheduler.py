"""When the scheduler first runs each job."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from crm.core.data.jobs import JOBS
from crm.core.ops.scheduler import RARE_SECONDS, schedule_starts

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
