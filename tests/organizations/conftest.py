"""A client of the team Inland with anna as counselor."""

from __future__ import annotations

import pytest

from tests.factories import client_of


@pytest.fixture
def own_client(people):
    return client_of("Inland", "Tri-Valley", counselor=people["anna"], city="Fresno", country="US")
