"""Delivery of one message: what each reply of a mail server means, with a scripted connection."""

from __future__ import annotations

import smtplib
import time
from types import SimpleNamespace
from typing import Any

import pytest

from crm.core.mail.outbox.claim import Claim
from crm.core.mail.outbox.deliver import MarkerRefused, MessageRefused, ReplyMissing, deliver_message, quit_connection
from crm.core.mail.outbox.worker import DeliveryQueue
from crm.core.mail.smtp import ChannelRefused, DeliveryDeferred, Unreachable

pytestmark = pytest.mark.one_engine

GO_ON = [(250, b"ok"), (250, b"ok"), (354, b"go on")]
LOST = smtplib.SMTPServerDisconnected("connection lost")


class ScriptedConnection:
    """Gives these replies, one for each command and for the final dot; an exception is raised."""

    def __init__(self, *replies: Any, early: bool = False) -> None:
        self.replies, self.early, self.sent = list(replies), early, []
        self.sock, self.used, self.ends = object(), 7, 0.0

    def getreply(self) -> Any:
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def docmd(self, command: str) -> Any:
        self.send(command)
        return self.getreply()

    def rset(self) -> Any:
        return self.docmd("RSET")

    def quit(self) -> Any:
        return self.docmd("QUIT")

    def send(self, data: Any) -> None:
        self.sent.append(data)

    def has_input(self) -> bool:
        return self.early

    def close(self) -> None:
        self.sock = None


def deliver(connection: ScriptedConnection, mime: bytes = b"Hello\r\n", *, may: bool = True) -> str:
    return deliver_message(connection, "crm@a.example", "b@b.example", mime, lambda: may)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("mime", "body"),
    [
        (b"Hello\r\n", b"Hello\r\n"),
        (b".\r\n..a\r\nb.\r\n.c", b"..\r\n...a\r\nb.\r\n..c\r\n"),
    ],
)
def test_accepted_message_is_sent_with_doubled_dots(mime, body):
    connection = ScriptedConnection(GO_ON[0], (251, b"forwarded"), GO_ON[2], (250, b"queued\nas 7"))
    assert deliver(connection, mime) == "250 queued as 7"
    assert connection.sent == ["MAIL FROM:<crm@a.example>", "RCPT TO:<b@b.example>", "DATA", body, b".\r\n"]
    assert (connection.used, connection.sock is None) == (8, False)


@pytest.mark.parametrize(
    ("replies", "early", "error", "text", "is_broken"),
    [
        ([GO_ON[0], (550, b"no"), (250, b"")], False, MessageRefused, "550 no", False),
        ([GO_ON[0], (450, b"later"), (250, b"")], False, DeliveryDeferred, "450 later", False),
        ([GO_ON[0], (252, b"maybe"), (250, b"")], False, DeliveryDeferred, "252 maybe", False),
        ([*GO_ON[:2], (250, b"what"), (250, b"")], False, DeliveryDeferred, "250 what", False),
        ([*GO_ON[:2], (599, b"no"), (451, b"")], False, MessageRefused, "599 no", True),
        ([GO_ON[0], (550, b"no"), LOST], False, MessageRefused, "550 no", True),
        ([(421, b"enough")], False, DeliveryDeferred, "421 enough", True),
        ([LOST], False, DeliveryDeferred, "connection lost", True),
        ([*GO_ON, (452, b"full")], True, DeliveryDeferred, "452 full", True),
        ([*GO_ON, (400, b"later"), (250, b"")], False, DeliveryDeferred, "400 later", False),
        ([*GO_ON, (500, b"spam"), (250, b"")], False, MessageRefused, "500 spam", False),
        ([*GO_ON, (599, b"spam"), (250, b"")], False, MessageRefused, "599 spam", False),
    ],
)
def test_refusal_says_whether_the_connection_can_be_used(replies, early, error, text, is_broken):
    connection = ScriptedConnection(*replies, early=early)
    with pytest.raises((MessageRefused, DeliveryDeferred)) as refused:
        deliver(connection)
    assert (type(refused.value), str(refused.value), refused.value.broken) == (error, text, is_broken)
    assert (connection.sock is None, connection.replies) == (is_broken, [])


@pytest.mark.parametrize("code", [530, 534, 535, 538])
def test_refused_account_concerns_the_whole_channel(code):
    with pytest.raises(ChannelRefused, match=f"{code} sign in"):
        deliver(ScriptedConnection((code, b"sign in"), (250, b"")))


@pytest.mark.parametrize("code", [500, 550, 553, 599])
def test_refused_sender_concerns_the_whole_channel(code):
    with pytest.raises(ChannelRefused, match=rf"{code} not yours \(Check CRM_MAIL_FROM\.\)"):
        deliver(ScriptedConnection((code, b"not yours"), (250, b"")))


@pytest.mark.parametrize("reply", [LOST, (-1, b"?"), (199, b"?"), (300, b"?"), (600, b"?")])
def test_message_without_a_clear_reply_is_uncertain(reply):
    connection = ScriptedConnection(*GO_ON, reply)
    with pytest.raises(ReplyMissing):
        deliver(connection)
    assert (connection.sock, connection.sent[-1]) == (None, b".\r\n")


def test_last_reply_of_2xx_is_an_acceptance():
    assert deliver(ScriptedConnection(*GO_ON, (200, b"ok"))) == "200 ok"
    assert deliver(ScriptedConnection(*GO_ON, (299, b"ok"))) == "299 ok"


def test_refused_marker_cuts_the_connection_before_the_dot():
    connection = ScriptedConnection(*GO_ON)
    with pytest.raises(MarkerRefused):
        deliver(connection, may=False)
    assert (connection.sock, connection.sent[-1], connection.used) == (None, b"Hello\r\n", 7)


def test_connection_is_ended_with_quit_within_two_seconds():
    quit_connection(None)
    closed = ScriptedConnection()
    closed.close()
    quit_connection(closed)  # type: ignore[arg-type]
    assert closed.sent == []
    lost, began = ScriptedConnection(LOST), time.monotonic()
    quit_connection(lost)  # type: ignore[arg-type]
    assert (lost.sent, lost.sock) == (["QUIT"], None)
    assert 2 <= lost.ends - began < 3


def test_emails_of_a_claim_are_taken_while_there_is_time():
    stopping = SimpleNamespace(is_set=lambda: False)
    claim = Claim("worker", [1, 2], time.monotonic() + 60)  # type: ignore[list-item]
    queue = DeliveryQueue(claim, None, stopping)  # type: ignore[arg-type]
    assert (queue.take(61), queue.take(50), queue.take(50), queue.take(50)) == (None, 1, 2, None)
    queue = DeliveryQueue(claim, None, stopping, problem=Unreachable("no route"))  # type: ignore[arg-type]
    assert (queue.take(1), list(queue.waiting)) == (None, [1, 2])
    queue = DeliveryQueue(claim, None, SimpleNamespace(is_set=lambda: True))  # type: ignore[arg-type]
    assert (queue.take(1), list(queue.waiting)) == (None, [1, 2])
