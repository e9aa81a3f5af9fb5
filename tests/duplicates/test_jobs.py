"""The job compares slice by slice until all is compared, the time is over, or a slice fails."""

from __future__ import annotations

import pytest

from crm.core.data.base import db
from crm.duplicates import jobs, services
from tests.duplicates.lookups import load_pairs
from tests.factories import person

pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def namesakes(monkeypatch):
    """Return three people of one name, and compare two records at a time."""
    for module in (jobs, services):
        monkeypatch.setattr(module, "SLICE", 2)
    rows = [person("Zhou", "Limin") for _ in range(3)]
    db.session.commit()
    return rows


def test_one_run_compares_all_slices(namesakes):
    jobs.find_duplicates()
    first, second, third = (row.id for row in namesakes)
    assert sorted(load_pairs()) == [(first, second), (first, third), (second, third)]


def test_run_ends_when_its_time_is_over(namesakes, monkeypatch):
    monkeypatch.setattr(jobs, "RUN_SECONDS", 0)
    jobs.find_duplicates()
    assert load_pairs() == []


def test_run_ends_after_a_slice_that_failed(namesakes, monkeypatch):
    compared = []

    def fail(kind):
        compared.append(kind)
        raise RuntimeError

    monkeypatch.setattr(jobs, "compare_changed", fail)
    jobs.find_duplicates()
    assert compared == ["person", "organization"]
