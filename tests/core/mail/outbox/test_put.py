"""Adding emails, canceling and resending them, health, and the commands of jobs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.core import clock as business
from crm.core.data.base import db
from crm.core.data.jobs import JOBS, handle_each, stopping
from crm.core.errors import Conflict, Invalid
from crm.core.mail.messages import RenderedMail, compose
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.operate import cancel_mail, mark_delivered, resend
from crm.core.mail.outbox.policy import MailState, backoff
from crm.core.mail.outbox.put import cancel_mails, put_mail
from crm.core.mail.smtp import Server, Tls, parse_smtp_url
from tests.core.mail.outbox.outbox_app import Office
from tests.fixtures.clock import START, Clock
from tests.fixtures.smtp import Mailbox

WORDS = {"text": "Words", "html": "<p>Words</p>"}


def test_same_key_creates_one_email(office: Office) -> None:
    with office.app.app_context():
        first = put_mail("test_note", RenderedMail("One", **WORDS), to="a@center.example", dedupe_key="k")
        assert first is not None
        assert put_mail("test_note", RenderedMail("Two", **WORDS), to="a@center.example", dedupe_key="k") is None
        db.session.commit()
    assert office.states() == {"k": "pending"}
    assert office.mail("k").subject == "One"


def test_features_learn_of_each_new_email_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    emails: list[Mail] = []
    monkeypatch.setattr("crm.core.mail.outbox.put.MAIL_PUT", [lambda _session, mail: emails.append(mail)])
    with office.app.app_context():
        first = put_mail("test_note", RenderedMail("One", **WORDS), to="a@center.example", dedupe_key="k")
        put_mail("test_note", RenderedMail("Two", **WORDS), to="a@center.example", dedupe_key="k")
        assert emails == [first]


def test_undeclared_kind_is_refused(office: Office) -> None:
    with office.app.app_context(), pytest.raises(KeyError):
        put_mail("no_such_kind", RenderedMail("One", **WORDS), to="a@center.example", dedupe_key="k")


@pytest.mark.parametrize(
    "address",
    ["a@center.example, b@center.example", "a@center.example\r\nBcc: x@y.example", "", "nobody", "王@center.example"],
)
def test_recipient_must_be_a_single_address(office: Office, address: str) -> None:
    with office.app.app_context(), pytest.raises(Invalid):
        put_mail("test_note", RenderedMail("One", **WORDS), to=address, dedupe_key="k")


def test_header_injection_is_refused(office: Office, smtp: Mailbox) -> None:
    evil = "Hello\r\nBcc: victim@evil.example\r\n\r\nbody\u2028x\x00"
    office.put("a", subject=evil, name=evil)
    office.send()
    message = smtp.messages[0].message
    assert sorted(message.keys()) == [
        "Auto-Submitted",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
    ]
    assert message["Subject"] == "Hello Bcc: victim@evil.example body x"
    assert [a.addr_spec for a in message["To"].addresses] == ["a@center.example"]
    assert smtp.messages[0].recipients == ["a@center.example"]


def test_message_is_ascii_with_text_and_styled_html(office: Office, smtp: Mailbox, clock: Clock) -> None:
    style = "p{color:red}@media (prefers-color-scheme:dark){p{color:pink!important}}"
    page = f"<html><head><style>{style}</style></head><body><p>王主任 {'x' * 2000}</p></body></html>"
    office.put("a", subject="提醒: 周立民", text="王主任", html=page)
    office.send()
    raw = smtp.messages[0].raw
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    message = smtp.messages[0].message
    assert message["Subject"] == "提醒: 周立民"
    assert message["Date"].datetime == START
    text, html = message.iter_parts()
    assert text.get_content().strip() == "王主任"
    assert 'style="color: red;"' in html.get_content()
    assert "@media (prefers-color-scheme:dark){p{color:pink!important}}" in html.get_content()


def test_cancel_affects_unsent_emails_only(office: Office) -> None:
    office.put("f:1:a", "f:1:b", "f:12:a", "f:1:sent", to="a@center.example")
    office.change("f:1:sent", state=MailState.sending)
    with office.app.app_context():
        assert cancel_mails(db.session(), dedupe_prefix="f:1:") == 2
        with pytest.raises(ValueError, match="needs an argument"):
            cancel_mails(db.session())
        db.session.commit()
    assert office.states() == {"f:1:a": "cancelled", "f:1:b": "cancelled", "f:12:a": "pending", "f:1:sent": "sending"}


def act(office: Office, action: object, key: str) -> None:
    with office.app.app_context(), Session(db.engine) as session, session.begin():
        mail = session.scalars(sa.select(Mail).where(Mail.dedupe_key == key)).one()
        action(session, mail, "clara")  # type: ignore[operator]


def test_resend_sends_a_dead_email_with_the_same_message_id(office: Office, smtp: Mailbox) -> None:
    smtp.refuse("550 no")
    office.put("a")
    office.send()
    before = office.mail("a")
    smtp.accept()
    act(office, resend, "a")
    office.send()
    after = office.mail("a")
    assert (before.state, after.state, after.why_dead) == (MailState.dead, MailState.sent, None)
    assert after.message_id == before.message_id == smtp.messages[0].message["Message-ID"]
    with pytest.raises(Conflict):
        act(office, resend, "a")


def test_uncertain_email_can_be_confirmed_or_canceled_by_a_user(office: Office) -> None:
    office.put("a", "b")
    for key in "ab":
        office.change(key, state=MailState.uncertain)
    act(office, mark_delivered, "a")
    act(office, cancel_mail, "b")
    assert office.states() == {"a": "sent", "b": "cancelled"}
    office.change("b", state=MailState.sending)
    with pytest.raises(Conflict):
        act(office, cancel_mail, "b")


def test_jobs_are_listed_and_run_by_name(office: Office, smtp: Mailbox) -> None:
    run = office.app.test_cli_runner().invoke
    assert {"heartbeat", "send_mail"} <= {line.split()[0] for line in run(args=["jobs", "list"]).output.splitlines()}
    office.put("a", next_at=business.now() + timedelta(days=1))
    assert run(args=["jobs", "once", "send_mail"]).exit_code == 0
    assert office.states() == {"a": "pending"}
    later = (business.now() + timedelta(days=2)).isoformat()
    assert run(args=["jobs", "once", "send_mail", "--now", later]).exit_code == 0
    assert office.states() == {"a": "sent"}
    assert run(args=["jobs", "once", "nonsense"]).exit_code == 2
    assert run(args=["jobs", "once", "send_mail", "--now", "yesterday"]).exit_code == 2
    assert JOBS["send_mail"].every == 10


def test_each_item_commits_separately_and_survives_one_failure(office: Office) -> None:
    def handle(key: str) -> None:
        put_mail("test_note", RenderedMail(key, **WORDS), to=f"{key}@center.example", dedupe_key=key)
        if key == "b":
            raise LookupError(key)

    with office.app.app_context():
        assert handle_each(["a", "b", "c"], handle) == (2, 1)
        stopping.set()
        assert handle_each(["d"], handle) == (0, 0)
    assert office.states() == {"a": "pending", "c": "pending"}


def test_backoff_grows_to_an_hour_and_jitter_only_shortens() -> None:
    assert [backoff(n, 0).total_seconds() / 60 for n in range(1, 9)] == [1, 2, 5, 15, 30, 60, 60, 60]
    assert backoff(6, 1) == timedelta(minutes=48)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", Server("mail.example", 587)),
        ("smtp://u%40x:p%2Fw@mail.example:2525?tls=none", Server("mail.example", 2525, Tls.none, "u@x", "p/w")),
        ("smtp://mail.example?tls=tls", Server("mail.example", 465, Tls.tls)),
    ],
)
def test_smtp_url_is_parsed(url: str, server: Server) -> None:
    assert parse_smtp_url(url) == server


@pytest.mark.parametrize(
    "url",
    [
        *("mail.example", "http://x", "smtp://", "smtp://x?tls=no", "smtp://x:y", "smtp://x?a=b"),
        *("smtp://u:p#w@x", "smtp://u:p@w/x@y", "smtp://u:p?w@x"),
    ],
)
def test_invalid_smtp_url_is_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="CRM_SMTP_URL"):
        parse_smtp_url(url)


def test_long_subject_starts_on_the_header_line() -> None:
    subject = "Today: ask Zhou Limin whether the 4 samples passed (Tri-Valley Sensors)"
    rendered = RenderedMail(subject, "T", "")
    message = compose(rendered, sender="crm@a.example", to="b@a.example", date=datetime(2026, 3, 10, tzinfo=UTC))
    assert f"Subject: {subject}\r\n".encode() in message.mime
