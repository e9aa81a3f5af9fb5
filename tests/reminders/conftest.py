"""Anna's morning, and its emails."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.core.mail.outbox.models import Mail
from crm.reminders.jobs import plan_reminders
from crm.reminders.queries import readers
from tests.reminders.digest_data import MORNING


@pytest.fixture
def anna(people, actor, clock):
    """Return the counselor of the morning; only she gets reminders."""
    clock.set(MORNING - timedelta(days=4))
    for name, user in people.items():
        user.active = name == "anna"
    return actor("anna")


@pytest.fixture
def mails(session, clock):
    """Run the planner in the morning; return the emails by kind."""

    def run(moment: datetime = MORNING) -> dict[str, Mail]:
        session.commit()
        clock.set(moment)
        plan_reminders()
        rows = session.scalars(sa.select(Mail).options(sa.orm.undefer("*")).order_by(Mail.id))
        return {mail.kind: mail for mail in rows}

    return run


@pytest.fixture
def reader(anna):
    return readers([anna.id])[0]
