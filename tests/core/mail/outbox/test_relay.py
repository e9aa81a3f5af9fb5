"""A mail server that accepts the connection, and forwards nothing or only to its own users."""

from __future__ import annotations

import pytest

from crm.core.mail.outbox.policy import AttemptOutcome
from crm.core.mail.smtp import CHECK_ACCOUNT
from tests.core.mail.outbox.outbox_app import Office
from tests.fixtures.clock import Clock
from tests.fixtures.smtp import Mailbox


@pytest.mark.parametrize("reply", ["554 5.7.1 <z>: Relay access denied", "550 5.7.54 SMTP; Unable to relay"])
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_server_that_forwards_nothing_loses_no_email(office: Office, smtp: Mailbox, clock: Clock, reply: str) -> None:
    office.put("a", "outside", "z")
    smtp.refuse_recipient("outside@center.example", reply)
    office.send()
    assert office.states() == {"a": "sent", "outside": "retry", "z": "sent"}
    assert office.attempts("outside") == [(AttemptOutcome.deferred, f"{reply} {CHECK_ACCOUNT}")]
    assert office.channel() is None
    smtp.accept()
    clock.forward(minutes=1)
    office.send()
    assert office.states() == {"a": "sent", "outside": "sent", "z": "sent"}
