"""What an incoming email is: automatic, a bounce, a duplicate, our own, too many."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.answers.links import AnswerLinks
from crm.answers.policy import MAX_REPORTS
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.bounces import find_bounce, resume_address
from crm.core.mail.outbox.models import BouncedAddress, Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.mail.outbox.put import put_mail
from crm.followups.enums import FollowUpState
from crm.followups.services import add_follow_up
from crm.inbox.policy import MAX_FROM_SENDER, InboxOutcome
from crm.inbox.queries import list_handled, list_waiting
from tests.inbox.conftest import TODAY, email


def report(message_id: str, recipient: str, *, status: str = "5.1.1", action: str = "failed") -> bytes:
    """Return a report on failed delivery as mail servers send it."""
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>\r\nTo: crm@center.example\r\nSubject: Undelivered\r\n"
        "Message-ID: <bounce@mx.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\nSubject: Today\r\n\r\n--b--\r\n"
    ).encode()


@pytest.fixture
def sent(session, people):
    """Put emails to Anna into the outbox."""

    def put(key: str = "one") -> Mail:
        return put_mail("digest", RenderedMail("x", "x", "x"), to=people["anna"], dedupe_key=key)

    return put


def test_bounce_stops_email_to_the_address(get_mail, sent, people, session):
    mail = sent()
    waiting = sent("two")
    message = get_mail(report(mail.message_id, "Anna@Demo.example"))
    assert (message.outcome, message.user_id, message.detail) == (
        InboxOutcome.bounced,
        people["anna"].id,
        "anna@demo.example",
    )
    session.refresh(waiting)
    later = sent("three")
    for row in (waiting, later):
        assert row.state is MailState.dead
        assert "550 5.1.1 User unknown" in row.why_dead
    assert resume_address(session(), "anna@demo.example")
    assert sent("four").state is MailState.pending


def test_bounce_of_an_address_that_forwards_stops_the_one_we_wrote_to(get_mail, sent, session):
    raw = report(sent().message_id, "anna@old.example")
    raw = raw.replace(b"Action:", b"Original-Recipient: rfc822;Anna@demo.example\r\nAction:")
    message = get_mail(raw)
    assert (message.outcome, message.detail) == (InboxOutcome.bounced, "anna@demo.example")
    assert find_bounce(session(), "anna@old.example") is None


def test_pages_show_an_address_to_which_email_is_returned(get_mail, people, zhou, session, client):
    mail = put_mail("digest", RenderedMail("x", "x", "x"), to="zhou@lotus.example", dedupe_key="zhou")
    get_mail(report(mail.message_id, "zhou@lotus.example"))
    get_mail(report(mail.message_id, "zhou@lotus.example").replace(b"<bounce@", b"<again@"))
    session.commit()
    client.login_as("anna")
    assert "email bounces" in client.get(f"/people/{zhou.id}").text


def test_administrators_resume_email_to_a_user(get_mail, sent, people, session, client):
    get_mail(report(sent().message_id, "anna@demo.example"))
    session.commit()
    client.login_as("admin")
    path = f"/users/{people['anna'].id}"
    assert "550 5.1.1 User unknown" in client.get(path).text
    assert client.post(f"{path}/resume-email").status_code == 303
    assert find_bounce(session(), "anna@demo.example") is None


@pytest.mark.parametrize("status", [{"status": "4.4.1"}, {"action": "delayed"}, {"status": "5.2.2"}])
def test_temporary_problems_stop_nothing(get_mail, sent, session, status):
    message = get_mail(report(sent().message_id, "anna@demo.example", **status))
    assert message.outcome is InboxOutcome.automatic
    assert find_bounce(session(), "anna@demo.example") is None


@pytest.mark.parametrize(
    ("message_id", "recipient"), [("<forged@x>", "anna@demo.example"), (None, "boris@demo.example"), (None, "")]
)
def test_forged_bounces_stop_nothing(get_mail, sent, session, message_id, recipient):
    get_mail(report(message_id or sent().message_id, recipient))
    assert session.scalar(sa.select(sa.func.count()).select_from(BouncedAddress)) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
        {"Subject": "Automatic reply: Today"},
        {"Subject": "自动回复: 今天"},
    ],
)
def test_automatic_replies_answer_nothing(get_mail, mailbox, people, actor, session, headers):
    row = add_follow_up(actor("anna"), {"title": "Call", "due_on": TODAY})
    address = AnswerLinks(people["anna"].id, TODAY).reply_to(row.id)
    message = get_mail(email("done", to=address, **headers))
    assert message.outcome is InboxOutcome.automatic
    assert row.state is FollowUpState.open
    assert session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 0


def test_reply_is_answered_once_by_whoever_sends_it(get_mail, mailbox, people, actor, session):
    row = add_follow_up(actor("anna"), {"title": "Call", "due_on": TODAY})
    reply = email("no answer", to=AnswerLinks(people["anna"].id, TODAY).reply_to(row.id), From="private@mail.example")
    assert get_mail(reply).outcome is InboxOutcome.answered
    assert get_mail(reply).outcome is InboxOutcome.duplicate
    assert row.tries == 1
    assert [mail.kind for mail in session.scalars(sa.select(Mail))] == ["reply_report"]


@pytest.mark.parametrize("is_digest", [True, False])
def test_program_that_answers_reports_comes_to_an_end(get_mail, mailbox, people, actor, session, is_digest):
    row = add_follow_up(actor("anna"), {"title": "Call", "due_on": TODAY})
    links = AnswerLinks(people["anna"].id, TODAY)
    first_address = links.reply_to() if is_digest else links.reply_to(row.id)
    outcomes = []
    for number in range(MAX_REPORTS * 3):
        sender = f"away{number}@mail.example"
        outcomes.append(get_mail(email("I am on vacation.", to=first_address, From=sender)).outcome)
    assert outcomes == [InboxOutcome.answered] * MAX_REPORTS + [InboxOutcome.too_many] * MAX_REPORTS * 2
    reports = list(session.scalars(sa.select(Mail.mime).where(Mail.kind == "reply_report")))
    assert len(reports) == MAX_REPORTS
    assert all(f"Reply-To: {first_address}".encode() in report for report in reports)
    other_row = add_follow_up(actor("anna"), {"title": "Write", "due_on": TODAY})
    assert get_mail(email("done", to=links.reply_to(other_row.id))).outcome is InboxOutcome.answered


def test_our_own_email_that_comes_back_is_ignored(get_mail, sent, session):
    mail = sent()
    assert get_mail(email("done", Message_ID=mail.message_id)).outcome is InboxOutcome.own


def test_forged_reply_address_gets_no_answer(get_mail, session):
    message = get_mail(email("done", to="crm+" + "a" * 34 + "@center.example"))
    assert message.outcome is InboxOutcome.refused
    assert session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 0


def test_one_sender_cannot_fill_the_inbox(get_mail, session, clock):
    outcomes = [get_mail(email(f"Spam {n}")).outcome for n in range(MAX_FROM_SENDER + 5)]
    assert outcomes.count(InboxOutcome.waiting) == MAX_FROM_SENDER
    assert outcomes[-1] is InboxOutcome.too_many
    assert get_mail(email("Other", From="lu@huadong.example")).outcome is InboxOutcome.waiting
    clock.forward(hours=2)
    assert get_mail(email("Later")).outcome is InboxOutcome.waiting


@pytest.mark.parametrize(
    "raw",
    [
        b"no header at all",
        b"\x00\xff\xfe",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 500,
    ],
)
def test_what_is_no_email_is_noted_and_harmless(get_mail, raw):
    assert get_mail(raw).outcome in (InboxOutcome.unreadable, InboxOutcome.waiting)


@pytest.mark.parametrize("name", ["From", "To", "Subject", "Message-ID", "Date", "Content-Type", "Delivered-To"])
def test_hostile_headers_are_read(get_mail, name):
    for value in ("x" * 50_000, "=?utf-8?B?" + "A" * 5000, "\xff\xfe" * 100, "<" * 5000, ",;" * 5000, "a@b " * 5000):
        raw = f"{name}: {value}\r\n\r\nText".encode("latin-1")
        assert get_mail(raw).outcome in (InboxOutcome.waiting, InboxOutcome.unreadable, InboxOutcome.too_many)


def test_unknown_senders_wait_for_a_manager(get_mail, people, actor, session, client):
    message = get_mail(email("Inquiry", From="new@buyer.example"))
    assert (message.outcome, message.user_id) == (InboxOutcome.waiting, None)
    session.commit()
    assert client.login_as("anna").get(f"/inbox/{message.id}").status_code == 404
    client.login_as("clara")
    assert "Inquiry" in client.get(f"/inbox/{message.id}").text
    assert [row.id for row in list_waiting(actor("clara"))] == [message.id]
    assert (list_waiting(actor("anna")), list_handled(actor("clara"))) == ([], [])
    client.post(f"/inbox/{message.id}/take")
    assert client.get(f"/inbox/{message.id}").status_code == 200
    assert client.login_as("nora").get(f"/inbox/{message.id}").status_code == 404


def test_logging_from_the_inbox_closes_the_email_and_deletes_its_text(get_mail, session, client, zhou, people):
    message = get_mail(email("Inquiry", From="zhou@lotus.example", to="anna@demo.example", Cc="crm@center.example"))
    session.commit()
    client.login_as("anna")
    path = f"/interactions/new?inbox={message.id}"
    assert "Inquiry" in client.get(path).text
    data = {"subject": "Logged", "type": "email", "state": "held", "reached": "one_way", "zone": "America/Los_Angeles"}
    data |= {"day": "2026-03-09", "people": str(zhou.id), "staff": str(people["anna"].id), "notes": "x"}
    response = client.post(path, data=data)
    session.refresh(message)
    assert response.status_code == 303, response.text
    assert (message.outcome, message.mime) == (InboxOutcome.filed, None)
    assert message.record_id


def test_discarded_email_is_closed(get_mail, people, actor, session, client):
    message = get_mail(email("Ad", to="anna@demo.example"))
    session.commit()
    client.login_as("anna")
    assert client.post(f"/inbox/{message.id}/discard").status_code == 303
    session.refresh(message)
    assert (message.outcome, message.mime) == (InboxOutcome.discarded, None)
    assert list_waiting(actor("anna")) == []
    assert [row.id for row in list_handled(actor("anna"))] == [message.id]
    assert client.post(f"/inbox/{message.id}/discard").status_code == 404
