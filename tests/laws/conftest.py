"""One application for all laws of an engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fixtures.apps import dispose, make_app
from tests.fixtures.databases import Databases
from tests.laws.application import ApplicationUnderTest, build_application


@pytest.fixture(scope="session")
def _built(databases: Databases, engine: str) -> Iterator[ApplicationUnderTest]:
    url = databases.clone(engine)
    app = make_app(url, databases.own)
    with build_application(app) as application:
        yield application
    dispose(app)
    databases.drop(url)


@pytest.fixture(scope="module")
def application(_built: ApplicationUnderTest) -> Iterator[ApplicationUnderTest]:
    """Return the application: CSRF tokens are on, everyone is signed in, every request is rolled back."""
    with _built.session_at_dataset_time():
        yield _built
