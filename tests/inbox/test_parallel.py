"""Two managers log the same email of an unknown sender at the same moment: it is logged once."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from threading import Barrier, BrokenBarrierError

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User, load_actor
from crm.core.errors import NotFound
from crm.inbox.models import InboxMessage
from crm.inbox.policy import InboxOutcome
from crm.inbox.services import decide, link_interaction, receive
from crm.interactions.models import Interaction
from crm.interactions.services import InteractionDetails, log_interaction
from tests.fixtures.imap import ADDRESS
from tests.inbox.conftest import email
from tests.mailings.test_parallel import PATIENCE, in_parallel

VALUES = {"wall": datetime(2026, 3, 9, 9), "zone": "Asia/Shanghai", "subject": "Samples"}


@pytest.fixture
def message_id(peopled, monkeypatch) -> int:
    """Return the id of an email of an unknown sender."""
    monkeypatch.setitem(peopled.config, "CRM_INBOX_ADDRESS", ADDRESS)
    with peopled.app_context():
        raw = email()
        row = receive(raw, uid_validity=1, uid=1, size=len(raw))
        assert (row.outcome, row.user_id) == (InboxOutcome.waiting, None)
        db.session.commit()
        return row.id


def test_email_that_two_managers_log_at_once_is_logged_once(peopled, message_id, monkeypatch):
    both, real_read = Barrier(2), decide.read_message

    def read_and_wait(raw: bytes):
        with suppress(BrokenBarrierError):
            both.wait(timeout=PATIENCE)
        return real_read(raw)

    monkeypatch.setattr(decide, "read_message", read_and_wait)

    def log() -> None:
        user = db.session.scalars(sa.select(User).where(User.email == "clara@demo.example")).one()
        actor = load_actor(user)
        link_interaction(actor, message_id, log_interaction(actor, VALUES, InteractionDetails()))

    errors = in_parallel(peopled, log, log)
    assert [type(error) for error in errors] == [NotFound]
    with peopled.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Interaction)) == 1
        assert db.session.get_one(InboxMessage, message_id).outcome is InboxOutcome.filed
