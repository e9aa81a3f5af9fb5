"""The office of the outbox's tests, for runs with faults."""

from __future__ import annotations

from tests.core.mail.outbox.conftest import office, own_url  # noqa: F401 - fixtures
