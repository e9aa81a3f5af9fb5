"""The job with a real IMAP server that refuses to send some messages."""

from __future__ import annotations

import imaplib

import sqlalchemy as sa

from crm.core.data.base import db
from crm.inbox.models import InboxMessage, Mailbox
from tests.fixtures.imap import ADDRESS, PASSWORD, USER
from tests.inbox.conftest import email
from tests.inbox.test_job import outcomes, run


def refuse(monkeypatch, *uids: int, times: int = 1_000) -> None:
    """Let the server refuse to send the messages, each so often."""
    real_uid, remaining = imaplib.IMAP4.uid, dict.fromkeys((str(uid) for uid in uids), times)

    def uid_or_no(box: imaplib.IMAP4, command: str, *args: str):
        if command == "fetch" and remaining.get(args[0], 0):
            remaining[args[0]] -= 1
            return "NO", [b"Unable to parse message"]
        return real_uid(box, command, *args)

    monkeypatch.setattr(imaplib.IMAP4, "uid", uid_or_no)


def list_uids(imap) -> list[int]:
    with imaplib.IMAP4("127.0.0.1", imap.port) as connection:
        connection.login(USER, PASSWORD)
        connection.select("INBOX", readonly=True)
        return [int(uid) for uid in connection.uid("search", "ALL")[1][0].split()]


def test_messages_that_the_server_never_sends_block_no_others(new_app, imap, monkeypatch):
    app = new_app(CRM_IMAP_URL=imap.url, CRM_INBOX_ADDRESS=ADDRESS)
    imap.deliver(*[email(f"Inquiry {number}", Subject=str(number)) for number in range(5)])
    uids = list_uids(imap)
    refuse(monkeypatch, uids[1], uids[2])
    assert run(app)
    with app.app_context():
        rows = db.session.execute(sa.select(InboxMessage.uid, InboxMessage.outcome).order_by(InboxMessage.id))
        expected = ["waiting", "failed", "failed", "waiting", "waiting"]
        assert [(uid, outcome.value) for uid, outcome in rows] == list(zip(uids, expected, strict=True))
        assert db.session.get(Mailbox, 1).error is None


def test_message_that_the_server_refuses_once_is_read_in_order(new_app, imap, monkeypatch):
    app = new_app(CRM_IMAP_URL=imap.url, CRM_INBOX_ADDRESS=ADDRESS)
    imap.deliver(email("First", Subject="First"), email("Second", Subject="Second"))
    refuse(monkeypatch, list_uids(imap)[0], times=1)
    assert run(app)
    with app.app_context():
        subjects = db.session.scalars(sa.select(InboxMessage.subject).order_by(InboxMessage.id))
        assert (list(subjects), outcomes()) == (["First", "Second"], ["waiting", "waiting"])


def test_newest_message_that_the_server_refuses_is_noted_once_a_later_one_can_be_read(new_app, imap, monkeypatch):
    app = new_app(CRM_IMAP_URL=imap.url, CRM_INBOX_ADDRESS=ADDRESS)
    imap.deliver(email("First"), email("Second"))
    refuse(monkeypatch, list_uids(imap)[1])
    assert run(app)
    with app.app_context():
        assert (outcomes(), "Unable" in db.session.get(Mailbox, 1).error) == (["waiting"], True)
    imap.deliver(email("Third"))
    assert run(app)
    with app.app_context():
        assert (outcomes(), db.session.get(Mailbox, 1).error) == (["waiting", "failed", "waiting"], None)
