"""News are in exactly one digest, also when one was missed, replaced by a later one or moved to another hour."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.core.data.history import ChangeSource, act_as
from crm.core.mail.outbox.kinds import KINDS
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.followups.services import add_follow_up, reassign_follow_up
from crm.projects.services import add_project
from tests.reminders.digest_data import MORNING, TODAY, turn_off

DAY = timedelta(days=1)


@pytest.fixture
def assign(anna, actor, session, clock):
    """Assign a follow-up to anna at a moment."""

    def assign_at(moment: datetime, title: str) -> None:
        clara = actor("clara")
        clock.set(moment)
        act_as(session(), clara, ChangeSource.web)
        row = add_follow_up(clara, {"title": title, "due_on": TODAY + timedelta(days=30)})
        reassign_follow_up(clara, row, anna.id)
        session.flush()

    return assign_at


@pytest.fixture
def digests(session, mails):
    """Run the planner on several mornings; return the texts of the digests."""

    def run(*moments: datetime) -> list[str]:
        for moment in moments:
            mails(moment)
        stmt = sa.select(Mail).where(Mail.kind == "digest").options(sa.orm.undefer("*")).order_by(Mail.id)
        return [mail.text for mail in session.scalars(stmt)]

    return run


def test_deadline_of_a_day_without_the_scheduler_is_in_the_next_digest(digests, anna):
    add_project(anna, {"name": "Suzhou II", "zone": "Asia/Shanghai", "bid_wall": datetime(2026, 3, 24, 22)})
    (text,) = digests(MORNING - DAY, MORNING + DAY)
    assert "Bid deadline: Suzhou II\n      In 13 days" in text


def test_assignments_of_a_day_without_the_scheduler_are_in_the_next_digest(digests, assign):
    digests(MORNING - DAY)
    assign(MORNING - timedelta(hours=5), "HS note")
    (text,) = digests(MORNING + DAY)
    assert "assigned you: HS note" in text


@pytest.mark.parametrize("state", [MailState.retry, MailState.canceled])
def test_news_of_a_digest_that_a_later_one_replaces_is_in_the_later_one(digests, assign, session, state):
    digests(MORNING - DAY)
    assign(MORNING - timedelta(hours=5), "HS note")
    digests(MORNING)
    mail = session.scalars(sa.select(Mail).where(Mail.kind == "digest")).one()
    mail.state = state
    assign(MORNING + timedelta(hours=5), "Price list")
    first, second = digests(MORNING + DAY)
    assert ("HS note" in first, "HS note" in second, "Price list" in second) == (True, True, True)
    assert not KINDS["digest"].still_wanted(session, mail)


def test_sent_news_is_not_repeated(digests, assign, session):
    digests(MORNING - DAY)
    assign(MORNING - timedelta(hours=5), "HS note")
    digests(MORNING)
    session.scalars(sa.select(Mail).where(Mail.kind == "digest")).one().state = MailState.sent
    assign(MORNING + timedelta(hours=5), "Price list")
    _first, second = digests(MORNING + DAY)
    assert ("HS note" in second, "Price list" in second) == (False, True)


@pytest.mark.parametrize(("hour", "texts"), [(16, 1), (7, 1)], ids=["moved to the afternoon", "as before"])
def test_assignment_is_in_one_digest_after_the_hour_changed(digests, assign, people, session, hour, texts):
    digests(MORNING - DAY)
    assign(MORNING - timedelta(hours=20), "HS note")
    people["anna"].digest_hour = hour
    digests(MORNING + timedelta(hours=10))
    for mail in session.scalars(sa.select(Mail)):
        mail.state = MailState.sent
    bodies = digests(MORNING + DAY + timedelta(hours=10))
    assert sum("HS note" in text for text in bodies) == texts


def test_late_digest_is_not_repeated_by_the_next(digests, assign, session):
    assign(MORNING + timedelta(hours=2), "HS note")
    digests(MORNING + timedelta(hours=4))
    session.scalars(sa.select(Mail).where(Mail.kind == "digest")).one().state = MailState.sent
    assert len(digests(MORNING + DAY)) == 1


def test_today_without_a_digest_has_the_news_since_the_last_working_day(digests, assign, anna, client):
    digests(MORNING - DAY)
    assign(MORNING - timedelta(hours=20), "HS note")
    turn_off(anna, "digest")
    digests(MORNING + DAY)
    assert "HS note" not in client.login_as("anna").get("/").text
