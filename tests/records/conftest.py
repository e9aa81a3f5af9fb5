"""Fixtures of the tests in this directory."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.factories import client_of, person


@pytest.fixture
def anna(client, people, clock):
    clock.set(datetime(2026, 12, 8, 20, 0, tzinfo=UTC))
    return client.login_as("anna")


@pytest.fixture
def secret(session, people):
    """Return a confidential client of anna with shen as reader; dora of the same team has no access."""
    return client_of("Inland", "Quiet Harbor", counselor=people["anna"], confidential=True, readers=[people["shen"]])


@pytest.fixture
def worker(secret):
    """Return a person who works only there."""
    return person("Zhou", "Limin", organization=secret)
