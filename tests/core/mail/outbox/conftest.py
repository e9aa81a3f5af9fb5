"""Fixtures of the outbox tests, with a real mail server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm.core.data.base import db
from crm.core.data.jobs import stopping
from tests.core.mail.outbox.outbox_app import CHOKES, UNWANTED, Office, small_app
from tests.fixtures.smtp import Mailbox


@pytest.fixture
def office(real_db: str, smtp: Mailbox, tmp_path: Path) -> Iterator[Office]:
    """Return an office that sends its emails to `smtp`, with short timeouts."""
    app = small_app(real_db, smtp.url, MAIL_DEADLINE_SECONDS=2, MAIL_LEASE_SECONDS=20)
    outbox_app = Office(app)
    yield outbox_app
    UNWANTED.clear()
    CHOKES.clear()
    stopping.clear()
    with app.app_context():
        db.engine.dispose()
