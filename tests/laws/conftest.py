"""One house for all laws of an engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fixtures.apps import dispose, make_app
from tests.fixtures.databases import Databases
from tests.laws.application import House, built_house


@pytest.fixture(scope="session")
def _built(databases: Databases, engine: str) -> Iterator[House]:
    url = databases.clone(engine)
    app = make_app(url, databases.own)
    with built_house(app) as house:
        yield house
    dispose(app)
    databases.drop(url)


@pytest.fixture(scope="module")
def house(_built: House) -> Iterator[House]:
    """Give the house: CSRF tokens are on, everybody is signed in, every request is taken back."""
    with _built.lived_in():
        yield _built
