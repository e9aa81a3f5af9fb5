"""The people and organizations of tests/fixtures/demo_records.py for tests of follow-ups, and a planned call."""

from __future__ import annotations

import pytest

from crm.followups.dates import wrong_next_steps
from crm.followups.services import add_follow_up
from tests.fixtures.demo_records import anna, client_firm, log, now, prime, record_pages, rosa, step, wang, web
from tests.followups.lookups import FRIDAY

__all__ = ["anna", "client_firm", "log", "now", "prime", "record_pages", "rosa", "step", "wang", "web"]


@pytest.fixture
def call(anna, wang):
    """Return an open follow-up about Wang, due on Friday."""
    return add_follow_up(anna, {"title": "Call Wang", "due_on": FRIDAY}, about=[wang.id])


@pytest.fixture
def dates_hold(session):
    """Check after the test that the derived dates equal the recomputed ones."""
    yield
    assert wrong_next_steps() == []


@pytest.fixture
def make(anna, wang):
    """Create a follow-up about Wang: `make(due_on=..., title=...)`."""

    def add(by=None, about=None, **values):
        defaults = {"title": "Price to Wang", "due_on": FRIDAY} | values
        return add_follow_up(by or anna, defaults, about=[wang.id] if about is None else about)

    return add
