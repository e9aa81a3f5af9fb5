"""The service off for three days, and a system clock that is set back and forward: one email for each follow-up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.core.data.identity import Membership, actor_of
from crm.core.data.jobs import JOBS, run_job
from crm.core.mail.outbox.models import Mail
from crm.followups.services import add_follow_up
from tests.fixtures.people import make_people
from tests.fixtures.smtp import Mailbox

pytestmark = pytest.mark.one_engine
START = datetime(2026, 3, 10, 17, tzinfo=UTC)  # A Tuesday, 10:00 in Los Angeles.
HOURS_OFF = 72


@pytest.fixture
def office(new_app: Callable[..., Flask], smtp: Mailbox) -> Flask:
    """Return an application with follow-ups of anna, one every hour of three days, that has run for a day before."""
    app = new_app(CRM_SMTP_URL=smtp.url)
    with app.app_context(), business_clock.frozen(START - timedelta(days=1)):
        user = make_people(["anna"])["anna"]
        anna = actor_of(user, list(db.session.scalars(sa.select(Membership.team_id))))
        for hour in range(HOURS_OFF):
            due = (START + timedelta(hours=hour, minutes=30)).replace(tzinfo=None)
            add_follow_up(anna, {"title": f"Call {hour:02}", "due_wall": due, "zone": "UTC"})
        db.session.commit()
    tick(app, START)
    return app


def tick(app: Flask, moment: datetime) -> None:
    """Run the jobs of the scheduler at a moment."""
    with business_clock.frozen(moment):
        for name in ("plan_reminders", "send_mail"):
            assert run_job(app, JOBS[name])


def received(smtp: Mailbox) -> Counter[str]:
    """Return how often each follow-up's own email came, by title."""
    subjects = [str(message.message["Subject"]) for message in smtp.messages]
    return Counter(subject[-7:] for subject in subjects if "Call" in subject)


def expected(hours: range) -> Counter[str]:
    return Counter(f"Call {hour:02}" for hour in hours)


def test_after_three_days_off_each_follow_up_has_one_late_email(office: Flask, smtp: Mailbox) -> None:
    for minutes in (0, 1, 2, 60, 24 * 60):
        tick(office, START + timedelta(hours=HOURS_OFF, minutes=minutes))
    assert received(smtp) == expected(range(HOURS_OFF))
    with office.app_context():
        late = db.session.scalars(sa.select(Mail.text).where(Mail.kind == "followup_due")).all()
        db.session.rollback()
    assert sum("was due" in text for text in late) == HOURS_OFF


def test_clock_set_back_repeats_nothing_and_delays_nothing_once_it_is_right(office: Flask, smtp: Mailbox) -> None:
    tick(office, START + timedelta(hours=5))
    assert received(smtp) == expected(range(5))
    for hours_back in (1, 4, 48):
        tick(office, START + timedelta(hours=5) - timedelta(hours=hours_back))
    assert received(smtp) == expected(range(5))
    tick(office, START + timedelta(hours=6))
    assert received(smtp) == expected(range(6))


def test_clock_set_forward_sends_early_but_once(office: Flask, smtp: Mailbox) -> None:
    tick(office, START + timedelta(hours=2))
    tick(office, START + timedelta(hours=12))
    tick(office, START + timedelta(hours=3))
    assert received(smtp) == expected(range(12))
    for hour in range(4, HOURS_OFF + 1):
        tick(office, START + timedelta(hours=hour))
    assert received(smtp) == expected(range(HOURS_OFF))
