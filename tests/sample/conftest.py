"""The application with the small sample data."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crm.core import clock
from crm.core.data.base import db
from tests.fixtures.apps import dispose, make_app
from tests.fixtures.databases import Databases

# A Tuesday at 08:00 in Los Angeles: what is due today is still to come.
MORNING = datetime(2026, 12, 8, 16, tzinfo=UTC)


@pytest.fixture(scope="module")
def office(databases: Databases, engine: str):
    """Return the application on a database with the small sample data; tests only read, or roll back."""
    url = databases.clone(engine)
    app = make_app(url, databases.own, CRM_DEMO="1")
    with app.app_context(), clock.frozen(MORNING):
        result = app.test_cli_runner().invoke(args=["seed"])
        assert (result.exit_code, result.stdout) == (0, "Added sample data of size small.\n")
        yield app
        db.session.remove()
    dispose(app)
    databases.drop(url)


@pytest.fixture(autouse=True)
def _untouched(request):
    """Leave the database as it was."""
    yield
    if "office" in request.fixturenames:
        db.session.rollback()
