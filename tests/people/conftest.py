"""A person at a client of Inland that anna counsels."""

from __future__ import annotations

import pytest

from tests.factories import client_of, person


@pytest.fixture
def mine(people):
    return person("Li", "Wei", at=client_of("Inland", "Tri-Valley", counselor=people["anna"]), city="Fresno")
