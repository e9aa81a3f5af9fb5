"""One house for all laws of an engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fixtures.apps import dispose, make_app
from tests.fixtures.databases import Databases
from tests.laws.house import House, open_house


@pytest.fixture(scope="module")
def house(databases: Databases, engine: str) -> Iterator[House]:
    """Give the house: CSRF tokens are on, everybody is signed in, every request is taken back."""
    url = databases.clone(engine)
    app = make_app(url, databases.own)
    with open_house(app) as opened:
        yield opened
    dispose(app)
    databases.drop(url)
