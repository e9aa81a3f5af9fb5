"""A mailbox, and emails to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from email.message import EmailMessage
from itertools import count

import pytest

from crm.answers.links import AnswerLinks
from crm.inbox.models import InboxMessage
from crm.inbox.services import receive
from tests.factories import person, reachable
from tests.fixtures.imap import ADDRESS

TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
_ids = count(1)


def email(text: str = "Hello", *, to: str = ADDRESS, **headers: str) -> bytes:
    """Return an email from Zhou; headers by name with _ for -."""
    message = EmailMessage()
    values = {"From": "周立民 <zhou@lotus.example>", "Subject": "Samples", "Date": "Tue, 10 Mar 2026 09:00:00 +0800"}
    values |= {"Message-ID": f"<{next(_ids)}@lotus.example>", "To": to}
    values |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in values.items():
        if value:
            message[name] = value
    message.set_content(text)
    return message.as_bytes()


@pytest.fixture
def get_mail(mailbox) -> Callable[..., InboxMessage]:
    """Handle an email as if it had arrived."""

    def run(raw: bytes, **values: int) -> InboxMessage:
        return receive(raw, **{"uid_validity": 1, "uid": next(_ids), "size": len(raw)} | values)

    return run


@pytest.fixture
def anna(actor):
    return actor("anna")


@pytest.fixture
def zhou(session):
    """Return a person whose address is known."""
    return reachable(person("Zhou", "Limin", family_native="周", given_native="立民"), email="zhou@lotus.example")


@pytest.fixture
def filing(mailbox, people):
    """Return Anna's filing address."""
    return AnswerLinks(people["anna"].id, TODAY).filing_address()
