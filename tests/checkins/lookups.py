"""Moments, and what is in the email of a check-in."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import sqlalchemy as sa

from crm.core.mail.outbox.encryption import unseal
from crm.core.mail.outbox.models import Mail

MARCH = datetime(2026, 3, 2, 1, tzinfo=UTC)  # Monday, 9 AM in Shanghai
APRIL = datetime(2026, 4, 1, 1, tzinfo=UTC)


def mail_of(session) -> Mail:
    stmt = sa.select(Mail).where(Mail.kind == "checkin").options(sa.orm.undefer("*")).order_by(Mail.id.desc())
    return session.scalars(stmt).first()


def token_in(mail: Mail) -> str:
    return re.search(r"/check-in/([\w-]+)", unseal(mail.text.encode()).decode())[1]
