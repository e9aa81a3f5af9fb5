"""A person at a client of Inland that anna counsels."""

from __future__ import annotations

import pytest

from tests.factories import client_of, person


@pytest.fixture
def own_person(people):
    return person("Li", "Wei", at=client_of("Inland", "Tri-Valley", counselor=people["anna"]), city="Fresno")
