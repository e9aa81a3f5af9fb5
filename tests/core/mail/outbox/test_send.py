"""Every outcome of a delivery attempt, with a real mail server."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import AttemptOutcome, MailState
from crm.core.mail.outbox.worker import DeliveryWorker
from tests.core.mail.outbox.outbox_app import CHOKES, UNWANTED, Office
from tests.fixtures.clock import START, Clock
from tests.fixtures.smtp import Mailbox


def test_send_delivers_due_emails_only(office: Office, smtp: Mailbox, clock: Clock) -> None:
    office.put("a", "b")
    office.put("later", next_at=START + timedelta(minutes=1))
    assert office.send()
    assert office.states() == {"a": "sent", "b": "sent", "later": "pending"}
    assert sorted(m.recipients[0] for m in smtp.messages) == ["a@center.example", "b@center.example"]
    mail = office.mail("a")
    assert (mail.tries, mail.sent_at, mail.lease_until) == (1, START, None)
    assert mail.queue_id is not None
    assert mail.queue_id.startswith("250 OK queued as")
    assert [outcome for outcome, _ in office.attempts("a")] == [AttemptOutcome.sent]
    clock.forward(minutes=1)
    assert office.send()
    assert office.send()
    assert office.states()["later"] == "sent"
    assert len(smtp.messages) == 3


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_send_with_nothing_due_waits_for_no_writer(office: Office, clock: Clock) -> None:
    office.put("later", next_at=START + timedelta(minutes=1))
    with office.app.app_context(), db.engine.connect() as other:
        other.execute(sa.update(Mail).values(tries=0))
        assert office.send()


def test_send_transmits_the_stored_bytes(office: Office, smtp: Mailbox) -> None:
    office.put("dots", text=".\n..\n.first\nlast line without break .", html="")
    assert office.send()
    assert smtp.messages[0].raw == office.mail("dots").mime
    assert smtp.messages[0].message.get_content().replace("\r\n", "\n").startswith(".\n..\n.first\nlast line")
    assert smtp.messages[0].sender == "crm@center.example"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_4xx_is_retried_with_the_same_message_id(office: Office, smtp: Mailbox, clock: Clock) -> None:
    office.put("a")
    smtp.refuse("451 4.7.1 greylisted", step="rcpt")
    office.send()
    mail = office.mail("a")
    assert (mail.state, mail.tries) == (MailState.retry, 1)
    assert START + timedelta(seconds=48) <= mail.next_at <= START + timedelta(minutes=1)
    assert office.attempts("a") == [(AttemptOutcome.deferred, "451 4.7.1 greylisted")]
    smtp.accept()
    office.send()
    assert smtp.messages == []
    clock.forward(minutes=1)
    office.send()
    assert office.states() == {"a": "sent"}
    assert smtp.messages[0].message["Message-ID"] == mail.message_id


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_4xx_after_the_final_dot_is_a_plain_retry(office: Office, smtp: Mailbox) -> None:
    office.put("a")
    smtp.refuse("452 no room", step="dot")
    office.send()
    mail = office.mail("a")
    assert (mail.state, mail.ever_ambiguous, mail.lease_until) == (MailState.retry, False, None)


def test_5xx_marks_one_email_dead_and_others_arrive(office: Office, smtp: Mailbox) -> None:
    office.put("a", "nobody", "z")
    smtp.refuse_recipient("nobody@center.example", "550 5.1.1 no such user")
    office.send()
    assert office.states() == {"a": "sent", "nobody": "dead", "z": "sent"}
    assert office.mail("nobody").why_dead == "550 5.1.1 no such user"
    assert office.channel() is None


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_5xx_after_the_final_dot_marks_the_email_dead(office: Office, smtp: Mailbox) -> None:
    office.put("a")
    smtp.refuse("554 spam", step="dot")
    office.send()
    assert (office.states(), office.mail("a").ever_ambiguous) == ({"a": "dead"}, False)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_connection_lost_before_the_final_dot_is_retried(office: Office, smtp: Mailbox) -> None:
    office.put("a")
    smtp.drop(step="data")
    office.send()
    mail = office.mail("a")
    assert (mail.state, mail.ever_ambiguous, smtp.messages) == (MailState.retry, False, [])
    assert office.attempts("a")[0][0] is AttemptOutcome.deferred


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_connection_lost_after_the_final_dot_resends_a_staff_email(office: Office, smtp: Mailbox, clock: Clock) -> None:
    office.put("a")
    smtp.drop(step="dot")
    office.send()
    mail = office.mail("a")
    assert (mail.state, mail.ambiguous, mail.ever_ambiguous) == (MailState.retry, 1, True)
    assert office.attempts("a")[0][0] is AttemptOutcome.uncertain
    smtp.accept()
    clock.forward(minutes=1)
    office.send()
    assert office.states() == {"a": "sent"}
    assert len(smtp.messages) == 2
    assert smtp.messages[0].raw == smtp.messages[1].raw


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_connection_lost_after_the_final_dot_holds_an_external_email(
    office: Office, smtp: Mailbox, clock: Clock
) -> None:
    office.put("a", kind="test_letter")
    smtp.drop(step="dot")
    office.send()
    assert office.states() == {"a": "uncertain"}
    smtp.accept()
    clock.forward(days=3)
    office.send()
    assert office.states() == {"a": "uncertain"}
    assert len(smtp.messages) == 1


def test_fourth_uncertain_delivery_holds_a_staff_email(office: Office, smtp: Mailbox, clock: Clock) -> None:
    office.put("a")
    smtp.drop(step="dot")
    for _ in range(6):
        office.send()
        clock.forward(hours=1)
    assert office.states() == {"a": "uncertain"}
    assert len(smtp.messages) == 4
    assert office.mail("a").ambiguous == 4


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_stalled_server_is_abandoned_at_the_deadline(office: Office, smtp: Mailbox) -> None:
    office.put("before", "after")
    smtp.stall(step="rcpt")
    office.app.config["MAIL_DEADLINE_SECONDS"] = 0.5
    office.send()
    assert office.states() == {"after": "retry", "before": "retry"}
    assert not office.mail("before").ever_ambiguous
    office.put("silent")
    smtp.accept()
    smtp.stall(step="dot")
    office.send()
    mail = office.mail("silent")
    assert (mail.state, mail.ever_ambiguous) == (MailState.retry, True)


def test_each_email_over_a_connection_has_its_own_deadline(monkeypatch) -> None:
    used = SimpleNamespace(sock=object(), used=3, ends=0.0)
    worker = DeliveryWorker(SimpleNamespace(deadline=5))
    monkeypatch.setattr(worker, "_connection", used)
    assert worker._open(20.0) == (used, False)
    assert used.ends == 20.0


def test_email_no_longer_needed_is_canceled_when_due(office: Office, smtp: Mailbox) -> None:
    office.put("a", "b")
    UNWANTED.add("a")
    office.send()
    assert office.states() == {"a": "cancelled", "b": "sent"}
    assert office.attempts("a") == [(AttemptOutcome.no_longer_needed, "")]
    assert len(smtp.messages) == 1


def test_failing_email_does_not_block_others(office: Office, smtp: Mailbox) -> None:
    office.put("a", "b", "c")
    CHOKES.add("a")
    office.send()
    assert office.states() == {"a": "retry", "b": "sent", "c": "sent"}
    assert office.attempts("a") == [(AttemptOutcome.deferred, "LookupError: a question that fails")]


def test_email_is_given_up_after_48_hours(office: Office, smtp: Mailbox, clock: Clock) -> None:
    office.put("a")
    smtp.refuse("451 try later", step="rcpt")
    office.send()
    clock.forward(hours=47, minutes=59)
    office.send()
    assert office.states() == {"a": "retry"}
    clock.forward(hours=1)
    office.send()
    mail = office.mail("a")
    assert (mail.state, mail.tries) == (MailState.dead, 3)
    assert mail.why_dead == "Sending stopped after 48 hours of attempts. 451 try later"


def test_many_emails_over_several_connections_arrive_once(office: Office, smtp: Mailbox) -> None:
    keys = [f"m{n:03}" for n in range(150)]
    office.put(*keys)
    office.send()
    assert sorted(m.recipients[0].split("@")[0] for m in smtp.messages) == keys
    assert set(office.states().values()) == {"sent"}


def test_demo_without_a_mail_server_marks_emails_when_due(office: Office, clock: Clock) -> None:
    office.app.config.update(CRM_SMTP_URL="", CRM_DEMO=True)
    office.put("a")
    office.put("later", next_at=START + timedelta(hours=1))
    office.send()
    assert office.states() == {"a": "shown", "later": "pending"}
    clock.forward(hours=1)
    office.send()
    assert office.states() == {"a": "shown", "later": "shown"}
    assert office.attempts("a") == [(AttemptOutcome.display_only, "")]


def test_emails_wait_without_a_mail_server_outside_the_demo(office: Office) -> None:
    office.app.config.update(CRM_SMTP_URL="")
    office.put("a")
    assert office.send()
    assert office.states() == {"a": "pending"}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_unreachable_server_defers_one_email_and_leaves_the_rest_untried(
    office: Office, smtp: Mailbox, clock: Clock
) -> None:
    good, office.app.config["CRM_SMTP_URL"] = office.app.config["CRM_SMTP_URL"], "smtp://127.0.0.1:1?tls=none"
    office.put(*[f"m{n}" for n in range(7)])
    office.send()
    assert sorted(office.states().values()) == ["pending"] * 6 + ["retry"]
    office.app.config["CRM_SMTP_URL"] = good
    clock.forward(minutes=1)
    office.send()
    assert set(office.states().values()) == {"sent"}
