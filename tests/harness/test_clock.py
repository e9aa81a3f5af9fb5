"""The test clock is frozen until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crm.core.clock import now
from tests.fixtures.clock import START


def test_clock_is_frozen_until_moved(clock):
    assert now() == START
    clock.forward(days=1, minutes=5)
    assert now() == START + timedelta(days=1, minutes=5)
    clock.set(datetime(2026, 11, 1, 9, tzinfo=UTC))
    assert now() == datetime(2026, 11, 1, 9, tzinfo=UTC)
    clock.release()
    assert now() > START
