"""Records of tests/fixtures/demo_records.py for tests of interactions."""

from __future__ import annotations

import pytest

from crm.core.data.base import db
from crm.followups.dates import wrong_next_steps
from crm.interactions.dates import find_wrong_last_dates
from tests.factories.people import person
from tests.fixtures.demo_records import anna, client_firm, log, now, prime, record_pages, rosa, step, wang, web

__all__ = ["anna", "client_firm", "log", "now", "prime", "record_pages", "rosa", "step", "wang", "web"]


@pytest.fixture
def check_dates(session):
    """Check after the test that stored dates equal the computed ones."""
    yield
    assert (find_wrong_last_dates(), wrong_next_steps()) == ([], [])


@pytest.fixture
def quill(live):
    """Return the id of a person with a unique name."""
    with live.app.app_context():
        row = person("Quillfeather", "Ada", zone="Asia/Shanghai")
        db.session.commit()
        return row.id
