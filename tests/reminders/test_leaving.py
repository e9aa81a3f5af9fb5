"""A waiting email is reduced to what its recipient may see; an event whose email was canceled can be emailed again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.core.data.base import db
from crm.core.data.identity import Membership, User, actor_of
from crm.core.data.jobs import JOBS, run_job
from crm.core.mail.outbox import operate
from crm.core.mail.outbox.models import Mail, MailAttempt
from crm.core.mail.outbox.policy import AttemptOutcome, MailState
from crm.core.policy import Actor
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up, change_follow_up
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionState
from crm.interactions.services import InteractionDetails, log_interaction
from crm.organizations.models import Organization
from crm.records.services import set_confidentiality
from tests.factories import client_of, make_confidential
from tests.fixtures.people import make_people

pytestmark = pytest.mark.engine_in_turn

MORNING = datetime(2026, 3, 10, 14, 30, tzinfo=UTC)  # 07:30 in Los Angeles, a Tuesday
AT_SEVEN = datetime(2026, 3, 10, 7)


@dataclass
class Desk:
    """Anna's follow-ups, and the jobs that plan and send."""

    app: Flask
    smtp: Any
    clock: Any

    def run(self, *jobs: str) -> None:
        """Run jobs in order."""
        db.session.commit()
        db.session.remove()
        for job in jobs:
            assert run_job(self.app, JOBS[job])

    @property
    def anna(self) -> Actor:
        """Return the counselor."""
        user = db.session.scalars(sa.select(User).where(User.email == "anna@demo.example")).one()
        teams = sa.select(Membership.team_id).where(Membership.user_id == user.id)
        return actor_of(user, list(db.session.scalars(teams)))

    def mails(self, kind: str = "followup_due") -> list[Mail]:
        """Return the emails of a kind, with all columns, in order."""
        stmt = sa.select(Mail).where(Mail.kind == kind).order_by(Mail.id).options(sa.orm.undefer("*"))
        return list(db.session.scalars(stmt))

    def outcomes(self) -> list[AttemptOutcome]:
        """Return the states of all emails, in order."""
        return list(db.session.scalars(sa.select(MailAttempt.outcome).order_by(MailAttempt.id)))

    def sent_texts(self) -> list[str]:
        """Return the subject and text of the received emails."""
        return [
            f"{m.message['Subject']} {m.message.get_body(('plain',)).get_content()}"
            + m.message.get_body(("html",)).get_content()
            for m in self.smtp.messages
        ]


@pytest.fixture
def desk(new_app, smtp, clock) -> Iterator[Desk]:
    app = new_app(CRM_SMTP_URL=f"{smtp.url}?tls=none" if "?" not in smtp.url else smtp.url)
    clock.set(MORNING - timedelta(days=1))
    with app.app_context():
        for name, user in make_people().items():
            user.active = name == "anna"
        yield Desk(app, smtp, clock)


def test_title_hidden_while_the_email_waits_is_removed(desk):
    row_id = add_follow_up(desk.anna, {"title": "Zqmerger", "due_wall": AT_SEVEN}).id
    desk.clock.set(MORNING)
    desk.run("plan_reminders")
    [before] = desk.mails()
    assert "Zqmerger" in before.subject
    identity = before.message_id
    make_confidential(db.session.get_one(FollowUp, row_id))
    desk.run("send_mail")
    [mail] = desk.mails()
    assert (mail.state, mail.confidential, mail.message_id) == (MailState.sent, True, identity)
    assert [text for text in [mail.subject, mail.text, *desk.sent_texts()] if "Zqmerger" in text] == []
    assert [m.message["Message-ID"] for m in desk.smtp.messages] == [identity]
    assert desk.outcomes() == [AttemptOutcome.updated, AttemptOutcome.sent]


@pytest.mark.usefixtures("access_without_links")
def test_hidden_organization_name_and_digest_line_are_removed_too(desk):
    firm_id = client_of("Inland", "Zqfirm", counselor=desk.anna).id
    row_id = add_follow_up(desk.anna, {"title": "Call them", "due_wall": AT_SEVEN}, about=[firm_id]).id
    talk = {"wall": datetime(2026, 3, 10, 11), "state": InteractionState.planned, "subject": "Zqtalk"}
    talk_id = log_interaction(desk.anna, talk, InteractionDetails()).id
    add_follow_up(desk.anna, {"title": "Send price", "due_on": date(2026, 3, 10)})
    desk.clock.set(MORNING)
    desk.run("plan_reminders")
    assert "Zqfirm" in desk.mails()[0].subject
    assert "Zqtalk" in desk.mails("digest")[0].text
    make_confidential(db.session.get_one(Organization, firm_id))
    make_confidential(db.session.get_one(Interaction, talk_id))
    set_confidentiality(db.session.get_one(FollowUp, row_id), confidential=False, readers=())
    desk.run("send_mail")
    assert len(desk.sent_texts()) == 2
    assert [text for text in desk.sent_texts() if "Zqfirm" in text or "Zqtalk" in text] == []
    assert "confidential item 1" in desk.mails("digest")[0].text
    assert "Call them" in desk.mails()[0].subject


def test_recipient_who_lost_access_gets_no_email(desk):
    row_id = add_follow_up(desk.anna, {"title": "Of another team", "due_wall": AT_SEVEN}).id
    desk.clock.set(MORNING)
    desk.run("plan_reminders")
    db.session.get_one(FollowUp, row_id).team_id = client_of("Bay").team_id
    desk.run("send_mail", "plan_reminders", "send_mail")
    assert [m.state for m in desk.mails()] == [MailState.canceled]
    assert desk.sent_texts() == []


def test_unchanged_email_is_sent_as_written(desk):
    add_follow_up(desk.anna, {"title": "Call", "due_wall": AT_SEVEN})
    desk.clock.set(MORNING)
    desk.smtp.refuse("451 later", step="rcpt")
    desk.run("plan_reminders", "send_mail")
    mime = desk.mails()[0].mime
    desk.smtp.accept()
    desk.clock.forward(hours=1)
    desk.run("send_mail")
    assert desk.outcomes() == [AttemptOutcome.deferred, AttemptOutcome.sent]
    assert desk.mails()[0].mime == mime


@pytest.mark.parametrize("by_hand", [False, True])
def test_follow_up_moved_away_and_back_is_emailed_unless_canceled_manually(desk, by_hand):
    row_id = add_follow_up(desk.anna, {"title": "Call", "due_wall": AT_SEVEN}).id
    desk.clock.set(MORNING)
    desk.run("plan_reminders")
    if by_hand:
        operate.cancel_mail(db.session(), desk.mails()[0], "Anna")
    for wall in (datetime(2026, 3, 12, 9), AT_SEVEN):
        change_follow_up(desk.anna, db.session.get_one(FollowUp, row_id), {"due_wall": wall})
        desk.run("plan_reminders")
    desk.run("plan_reminders", "send_mail")
    expected = [MailState.canceled] if by_hand else [MailState.canceled, MailState.sent]
    assert [m.state for m in desk.mails()] == expected
    assert len(desk.sent_texts()) == len(expected) - 1


def test_meeting_moved_away_and_back_is_emailed_again(desk):
    talk = {"wall": datetime(2026, 3, 11, 11), "state": InteractionState.planned, "subject": "Talk"}
    row_id = log_interaction(desk.anna, talk, InteractionDetails()).id
    desk.clock.set(MORNING)
    desk.run("plan_reminders")
    starts_at = db.session.get_one(Interaction, row_id).at
    db.session.get_one(Interaction, row_id).at = starts_at + timedelta(days=3)
    desk.run("send_mail")
    db.session.get_one(Interaction, row_id).at = starts_at
    desk.run("plan_reminders", "send_mail", "plan_reminders", "send_mail")
    assert [m.state for m in desk.mails("meeting_tomorrow")] == [MailState.canceled, MailState.sent]


def test_digest_of_a_briefly_deactivated_user_is_rebuilt(desk):
    add_follow_up(desk.anna, {"title": "Send price", "due_on": date(2026, 3, 10)})
    desk.clock.set(MORNING)
    desk.run("plan_reminders")
    for active in (False, True):
        db.session.scalars(sa.select(User).where(User.email == "anna@demo.example")).one().active = active
        desk.run("send_mail")
    desk.run("plan_reminders", "send_mail", "plan_reminders", "send_mail")
    assert [m.state for m in desk.mails("digest")] == [MailState.canceled, MailState.sent]
    assert len(desk.sent_texts()) == 1
