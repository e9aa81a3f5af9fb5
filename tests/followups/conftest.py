"""The people and firms of tests/fixtures/office.py, for tests of follow-ups, and a call to make."""

from __future__ import annotations

import pytest

from crm.followups.services import add_follow_up
from tests.fixtures.office import anna, client_firm, log, now, prime, record_pages, rosa, step, wang, web
from tests.followups.asking import FRIDAY

__all__ = ["anna", "client_firm", "log", "now", "prime", "record_pages", "rosa", "step", "wang", "web"]


@pytest.fixture
def call(anna, wang):
    """Give an open follow-up about Wang, due on Friday."""
    return add_follow_up(anna, {"title": "Call Wang", "due_on": FRIDAY}, about=[wang.id])
