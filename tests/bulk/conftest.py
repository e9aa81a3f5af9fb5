"""Shared by the tests of bulk changes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crm.bulk.models import BulkRun
from crm.bulk.policy import BulkOperation
from crm.bulk.queries import find_listing
from crm.bulk.services import BulkChange, start_run


@pytest.fixture
def change(people, clock, actor):
    """Return a function that changes records on behalf of a person of the demo: `change("anna", "edit", rows, ...)`."""
    clock.set(datetime(2026, 12, 8, 20, 0, tzinfo=UTC))

    def run(name: str, operation: str, rows: list[Any], listing: str = "organizations", **params: Any) -> BulkRun:
        todo = BulkChange(find_listing(listing), BulkOperation.from_code(operation), params)
        return start_run(actor(name), todo, [row.id for row in rows])

    return run


@pytest.fixture
def in_slices(monkeypatch):
    """Let the job carry out every change, two records a slice."""
    monkeypatch.setattr("crm.bulk.services.runs.MAX_IMMEDIATE_ROWS", 0)
    for name in ("FIRST_ROWS", "MIN_ROWS", "MAX_ROWS"):
        monkeypatch.setattr(f"crm.bulk.services.slices.{name}", 2)
    monkeypatch.setattr("crm.bulk.services.slices.PAUSE_SECONDS", 0)


def reasons(run: BulkRun) -> dict[int, str]:
    """Return why records were refused, by id."""
    return dict(map(tuple, run.refused))
