"""Opportunities for custom reports."""

from __future__ import annotations

import pytest

from tests.factories import client_of
from tests.factories.opportunities import make_opportunity


@pytest.fixture
def deals(people):
    """Add three opportunities of two stages."""
    client = client_of("Inland", counselor=people["anna"])
    for amount in (1000, 2500, None):
        make_opportunity(client, counselor=people["anna"], amount=amount)
    return people
