"""A user in the morning, and emails to users: each is a notification."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.put import put_mail

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)


@pytest.fixture
def anna(people, actor, clock):
    clock.set(NOW)
    return actor("anna")


def mail_to(user, key: str = "one", **values) -> Mail:
    mail = put_mail("digest", RenderedMail(f"Subject {key}", "x", "x"), to=user, dedupe_key=key, **values)
    assert mail is not None
    return mail
