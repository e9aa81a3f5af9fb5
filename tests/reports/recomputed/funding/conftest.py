"""Random records with what funders count."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.fixtures.apps import app_with
from tests.reports.random_funding import add_random_funding
from tests.reports.random_records import add_random_records
from tests.reports.recomputed.conftest import SEEDS


@pytest.fixture(scope="session", params=SEEDS)
def app(request, databases, engine) -> Iterator[Flask]:
    """Return an application with random records, awards and workshops in its database."""

    def add_rows(people):
        add_random_records(people, request.param)
        add_random_funding(people, 11)

    with app_with(databases, engine, add_rows) as app:
        yield app
