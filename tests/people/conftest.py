"""A person at a client of the team Inland with anna as counselor."""

from __future__ import annotations

import pytest

from tests.factories import client_of, person


@pytest.fixture
def own_person(people):
    return person("Li", "Wei", organization=client_of("Inland", "Tri-Valley", counselor=people["anna"]), city="Fresno")
